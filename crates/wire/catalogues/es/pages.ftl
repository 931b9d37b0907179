# What a person reads on a page, in Spanish.
