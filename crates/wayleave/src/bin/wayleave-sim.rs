//! `wayleave-sim`: one simulated system of somebody else per process (a carrier, an SMSC, the phones, a partner).

fn main() -> std::process::ExitCode {
    sim::run(std::env::args_os())
}
