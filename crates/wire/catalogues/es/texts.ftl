# What a person reads in a text message, in Spanish. Every message stands on one line.
# The words to send back are those that the reader of replies knows; STOP is understood in every language.
# These texts are spelt as the language is spelt. Some vowels (á, í, ó, ú) lie outside of GSM 03.38, so such a text travels as UCS-2.

## Measures

distance-metres = { $metres } m
distance-kilometres = { $kilometres } km
duration-years = { $count ->
    [one] { $count } año
   *[other] { $count } años
}
duration-weeks = { $count ->
    [one] { $count } semana
   *[other] { $count } semanas
}
duration-days = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
duration-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
duration-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
duration-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
frequency-once = una vez
frequency-count = hasta { $count } veces
frequency-any = sin límite de veces
frequency-hourly = { $total }, hasta { $count } por hora
month = { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}
moment = { $day } de { $month } de { $year }, { $time } { $zone }

## Purposes

purpose-requested-service-provision = para la ayuda solicitada
purpose-fraud-prevention-and-detection = para proteger la cuenta del fraude
purpose-delivery-of-goods = para entregar mercancías
purpose-personal-safety = por seguridad personal
purpose-inmate-communication = para una llamada desde una prisión
purpose-legal-compliance = porque la ley lo exige
purpose-emergency-response = por una emergencia
purpose-direct-marketing = para publicidad
purpose-targeted-advertising = para publicidad personalizada
purpose-sell-data-to-third-parties = para vender datos personales
purpose-sell-insights-from-data = para vender lo que averigüe

## The question

company-through = { $company } (a través de { $relays })
statement-area = { $company } pregunta dónde está su teléfono: { $purpose } ({ $case }), zona de { $distance }, { $duration }, { $frequency }{ $by }.
statement-yes-no = { $company } pregunta si su teléfono está cerca de un lugar: { $purpose } ({ $case }), solo sí o no, no más exacto que { $distance }, { $duration }, { $frequency }{ $by }.
origin-handset = , desde su navegador con la página abierta
question-agrees = { $statement } Lea y responda: { $link } o conteste SI { $code } o NO. STOP termina todo. AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos.
question-confirms = { $statement } Lea y responda: { $link } y confirme con SI { $code }, o conteste NO. STOP termina todo. AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos.
question-page = { $statement } Para seguir, escriba { $page_code } en la página que abrió; no lo diga a nadie, tampoco a la empresa. Para rechazar, conteste NO. STOP termina todo. AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos.
question-page-confirms = { $statement } Para seguir, escriba { $page_code } en la página que abrió; no lo diga a nadie, tampoco a la empresa. Después confirme con SI { $code }, o conteste NO. STOP termina todo. AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos.
page-code = { $company } le ha llevado a una página. Para seguir allí escriba { $page_code }; no lo diga a nadie, tampoco a la empresa. Ya lo había aceptado: no se pregunta nada nuevo. STOP termina todo. AYUDA para ayuda.

## What came of an answer

agreed-area = Ha aceptado: { $company } puede preguntar dónde está su teléfono (zona de { $distance }), { $duration }, { $frequency }. Conteste STOP para terminarlo cuando quiera.
agreed-yes-no = Ha aceptado: { $company } puede preguntar si su teléfono está cerca de un lugar (solo sí o no, no más exacto que { $distance }), { $duration }, { $frequency }. Conteste STOP para terminarlo cuando quiera.
agreed-unnamed = Ha aceptado, y queda escrito. Conteste STOP cuando quiera para terminarlo. AYUDA para ayuda.
refused = Ha dicho que no. { $company } no puede preguntar dónde está su teléfono.
refused-unnamed = Ha dicho que no, y queda escrito. No se comparte nada por esa pregunta.
withdrawn = Terminado. { $company } ya no puede preguntar dónde está su teléfono.
stopped = Terminado. Todos sus permisos han acabado: nadie puede preguntar aquí dónde está su teléfono.
paused = En pausa. A nadie se le dice dónde está su teléfono, ni que hizo una pausa. Lo que aceptó sigue aceptado: conteste REANUDAR para seguir, o STOP para terminarlo.
resumed = Reanudado. Quienes aceptó pueden preguntar otra vez dónde está su teléfono. PAUSA o STOP cuando quiera.
restored = Nuestros registros volvieron a un día anterior. Todo lo que aceptó está en pausa: a nadie se le dice dónde está su teléfono. Lo que terminó hace poco puede figurar otra vez. Conteste STOP para terminar todo, o REANUDAR si puede seguir. QUIEN muestra quién preguntó. Si hace poco dijo NUNCA, dígalo otra vez.
link-needed = Su sí por mensaje queda anotado, y para esta pregunta no basta solo. Abra el enlace de la pregunta y acepte allí también, o conteste NO. STOP termina todo.

## What could not be understood

help = Este servicio le pregunta antes de que nadie pueda saber dónde está su teléfono. Abra el enlace de la pregunta, o conteste SI con su código, o NO. PAUSA no responde a nadie hasta REANUDAR. STOP termina todos los permisos. Pueden aplicarse tarifas de mensajes y datos.
help-more = Más ayuda: { $help }
unclear = No se ha entendido, así que nada ha cambiado. Para aceptar, conteste SI y las cuatro cifras de la pregunta. Para rechazar, conteste NO. STOP termina todo. AYUDA para ayuda.
not-open = Esa pregunta ya no está abierta, así que nada ha cambiado. STOP termina todo. AYUDA para ayuda.
wrong-code = Ese código no es de ninguna pregunta abierta, así que nada ha cambiado. Conteste SI y las cuatro cifras de la pregunta, o NO. STOP termina todo.
ambiguous-unnamed = Tiene más de una pregunta, así que nada ha cambiado. Responda a cada una en su enlace, o conteste SI con su código. STOP termina todo.
help-words = QUIEN dice quién puede ver dónde está usted. NUNCA prohíbe toda pregunta hasta PERMITIR.
ambiguous = Tiene más de una pregunta, así que nada ha cambiado. { $questions } STOP termina todo.
code-missing = Aún no ha cambiado nada. { $questions } STOP termina todo.
open-question = { $company }: conteste SI { $code } o NO { $code }.
open-page-question = { $company }: responda en la página que abrió, o conteste NO { $code }.

## Who can see me

who-nobody = Nadie puede ver dónde está su teléfono.
who-paused = Ha hecho una pausa: a nadie se le dice dónde está su teléfono hasta REANUDAR.
who-never = Nadie puede ver dónde está su teléfono, y nadie puede preguntarle.
who-area = { $company } puede preguntar dónde está su teléfono (zona de { $distance }) hasta el { $moment }.
who-yes-no = { $company } puede preguntar si su teléfono está cerca de un lugar hasta el { $moment }.
who-more = { $count ->
    [one] Una empresa más puede preguntar.
   *[other] { $count } empresas más pueden preguntar.
}
who-asked = Últimas: { $asks }.
who-never-asked = Nadie ha preguntado todavía.
who-ask = { $company }, { $moment }, { $outcome }
who-unnamed = una empresa
ending-answered = respondida
ending-refused = rechazada
ending-withheld = retenida
ending-failed = sin posición
ending-open = en curso

## Reminders

reminder-area = Recordatorio: { $company } todavía puede preguntar dónde está su teléfono ({ $purpose }, zona de { $distance }) hasta el { $moment }. STOP termina todo. QUIEN muestra quién preguntó.
reminder-yes-no = Recordatorio: { $company } todavía puede preguntar si su teléfono está cerca de un lugar ({ $purpose }) hasta el { $moment }. STOP termina todo. QUIEN muestra quién preguntó.

# Nobody may ask any more.
never = Todo ha terminado, y desde ahora nadie puede preguntar dónde está su teléfono. Solo este teléfono puede levantarlo: conteste PERMITIR. No obliga a los tribunales ni a las emergencias.

# The person lifted it; it takes a while.
lifting = Se le podrá preguntar de nuevo desde el { $moment }. Hasta entonces nadie puede. Si no fue usted, conteste NUNCA.

nothing-forbidden = Nadie tiene prohibido preguntar, así que nada ha cambiado. Conteste NUNCA para prohibirlo. STOP termina todo.

sim-changed = { $operator }: su número tiene ahora otra SIM. Terminó todo lo que usted aceptó sobre dónde está su teléfono. Si no fue usted, llame a su operador.
party-ends = { $operator }: { $company } ya no puede preguntar dónde está su teléfono desde el { $day }. Lo que usted aceptó con ella termina entonces. No tiene que hacer nada.

## An audit

audit-month = { $month } de { $year }
audit-question = A { $company } se le dijo algo sobre dónde estaba su teléfono en { $month }. Un auditor comprueba si usted había aceptado. ¿Aceptó? Conteste al auditor: { $link }
