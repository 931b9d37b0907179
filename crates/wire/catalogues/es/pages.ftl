# Lo que una persona lee en una página. STOP, YES y las demás quedan como las conoce quien lee las respuestas.

## Around every page

frame-skip = Ir a la página
frame-leave = Salir de esta página
frame-run-by = Wayleave pregunta primero. Este portal lo gestiona { $operator }.
frame-sandbox = Esto es una prueba: una ciudad inventada, empresas inventadas, números reservados.
frame-languages = Idioma
always-stop = Envíe { $stop } al número que le escribió para terminar todos los permisos que dio. Siempre funciona.
moment-unknown = en un momento desconocido

## The door of the board

door-tab = Wayleave
door-title = ¿Quién puede ver dónde está su teléfono?
door-lead = Su tablero muestra quién puede preguntar, quién preguntó y qué se le dijo. Allí puede pararlo.
door-number = Su número de teléfono
door-number-hint = Con el prefijo del país, como en +1 202 555 0101. Le enviamos un enlace por mensaje.
door-send = Envíenme un enlace
door-with-key = Entrar con una clave de este dispositivo
door-key-failed = No ha funcionado. Pida un enlace por mensaje.
door-malformed = Ese no es un número completo. Empiece por + y el prefijo del país.
door-busy = Ahora mismo muchas personas quieren un enlace. Inténtelo dentro de un minuto.
door-not-from-here = Eso no vino de nuestra página. No se ha hecho nada.
door-sent-title = Mire su teléfono
door-sent-lead = Si el número puede recibirlo, un mensaje con un enlace está en camino. El enlace sirve una vez, durante diez minutos. Un número recibe como mucho tres enlaces por hora y cinco al día.
door-link-title = Abra su tablero
door-link-lead = Este enlace se envió a su número. Sirve una vez.
door-enter = Abrir mi tablero
door-shut-title = Este enlace ya no se abre
door-shut-lead = Se usó, o tiene más de diez minutos.
door-again = Envíenme un enlace
door-out-title = Ha salido
door-out-lead = Este navegador ya no muestra su tablero.

## The board

board-first-nobody = Nadie puede ver dónde está usted
board-first-paused = Nadie puede ver dónde está usted: lo ha pausado todo
board-first-one = { $one } puede preguntar dónde está usted
board-first-two = { $one } y { $two } pueden preguntar dónde está usted
board-first-many = { $count } empresas pueden preguntar dónde está usted
board-lead = Este es el tablero del número que termina en { $number }.
board-words = { $words }
board-fact-through = A través de
board-through-nobody = Nadie más. Reciben la respuesta directamente.
board-fact-why = Para qué
board-why = { $purpose }. Su referencia: { $reference }
board-fact-exact = Con qué exactitud
board-exact-area = Una zona. Nunca más fina que { $distance } alrededor.
board-exact-yes-no = Sí o no, a { $distance } de un lugar o más. Nunca dónde está usted.
board-fact-often = Con qué frecuencia
board-fact-from = Desde dónde
board-from-network = Su red móvil
board-from-browser = Su navegador, solo mientras su página está abierta
board-fact-until = Cuánto tiempo
board-until = Hasta el { $until }
board-fact-used = Preguntas
board-used = { $count ->
    [0] Ninguna vez
    [one] Una vez
   *[other] { $count } veces
}
board-fact-last = Última respuesta
board-last-never = Ninguna hasta ahora
board-last = { $answer } ({ $at })
board-badge-from = Empieza el { $at }
board-badge-paused = En pausa con todo lo demás
board-badge-company-paused = En pausa por usted
board-stop-company = Parar a { $company }
board-pause-company = Pausar a { $company }
board-resume-company = Dejar que { $company } pregunte de nuevo
board-open-title = Preguntas para usted
board-open = { $company } espera su respuesta hasta el { $until }. No responder cuenta como no.
board-open-answer = Leer y responder
board-open-by-text = Para decir que sí, use el mensaje que enviamos a su teléfono.
board-open-no = Decir que no
board-all-title = Todo a la vez
board-stop-all = Parar todo
board-pause = Pausar todo
board-pause-hint = Lo que aceptó sigue aceptado, y nadie recibe respuesta hasta que usted reanude.
board-paused-title = Todo está en pausa
board-paused-lead = Quien pregunta no recibe respuesta, como si su teléfono estuviera apagado.
board-resume = Reanudar
board-never = Que nadie me pregunte
board-never-hint = Termina todo y rechaza toda pregunta nueva. Levantarlo tarda un día.
board-never-stands = Nadie puede preguntarle.
board-never-lifting = Nadie puede preguntarle hasta el { $at }. Desde entonces le llegan preguntas de nuevo.
board-allow = Que me lleguen preguntas de nuevo
board-past-title = Lo que pasó
board-past-shut = El pasado está cerrado para quien solo tiene su número un momento. Añada una clave abajo; después de { $wait }, y de dos mensajes a su teléfono, se abre.
board-past-from = El pasado se abre el { $from }, después de un segundo mensaje a su teléfono.
board-past-all = Todo lo que pasó
board-export = Descargarlo todo
past-lead = Todos los que preguntaron y lo que se les dijo. Nunca una posición: no se guarda ninguna.
past-empty = Nadie ha preguntado hasta ahora.
past-more = Anteriores
past-back = Volver a su tablero
board-keys-title = Sus claves
board-keys-now = Una clave abre su tablero sin mensaje y muestra el pasado.
board-keys-wait = Una clave abre su tablero sin mensaje y muestra el pasado. Una nueva espera primero { $wait }; mientras tanto le escribimos dos veces, para que nadie añada una a sus espaldas.
board-no-passkeys = Este portal no tiene nombre propio, solo una dirección, y las claves de acceso necesitan un nombre.
board-key-passkey = Clave de acceso
board-key-browser = Clave de un navegador
board-key-waiting = Sin clave
board-key-live = { $kind }, añadida el { $at }
board-key-pending = { $kind }, iniciada el { $at }. Empieza a valer el { $from }.
board-key-remove = Quitar
board-key-add-passkey = Añadir una clave de acceso
board-key-add-browser = Añadir una clave de este navegador
board-key-wait = Esperar sin clave
board-key-failed = No se añadió ninguna clave.
board-key-made = La clave se añadió.
board-check-title = Comprobar un recibo
board-check-label = Un recibo, como se lo mostró una empresa
board-check-do = Comprobarlo
board-check-good = Este recibo es válido. Es la entrada { $leaf } de este diario, del { $at }.
board-check-bad = Este recibo no es válido.
board-check-noscript = Comprobarlo aquí necesita JavaScript. La descarga dice cómo hacerlo sin él.
board-head-good = El diario continúa desde lo último que vio este navegador.
board-head-older = El diario tiene menos entradas que las que este navegador vio antes. Puede que se haya quitado lo escrito. Pregunte a quien gestiona el portal y guarde esta página.
board-head-forked = El diario no es el que este navegador vio antes: su pasado se cambió. Pregunte a quien gestiona el portal y guarde esta página.
board-sign-out = Salir

## Texts of the board

board-text-link = { $operator }: abra su tablero con { $link } El enlace sirve una vez, durante 10 minutos. Si no lo pidió, no haga caso de este mensaje.
board-text-key = { $operator }: se añadió una clave a su tablero. Empieza a valer el { $from }. Si no fue usted, abra { $address } y quítela.
board-text-waiting = { $operator }: alguien con su número pidió ver sin clave el pasado de su tablero. Se abre el { $from }. Si no fue usted, abra { $address } y quítelo.

## What happened

happened-at = { $at }
happened-somebody = Alguien
happened-asked-where = { $company } preguntó dónde está su teléfono, { $purpose }
happened-asked-near = { $company } preguntó si su teléfono está cerca de un lugar, { $purpose }
happened-consent-asked = { $company } pidió su permiso, { $purpose }
happened-consent-not-asked = { $company } quiso pedir su permiso, { $purpose }
happened-consent-given = Usted dijo sí a { $company }, { $purpose }
happened-consent-refused = Usted dijo no a { $company }, { $purpose }
happened-consent-lapsed = Una pregunta de { $company } venció, { $purpose }
happened-consent-withdrawn = Usted paró a { $company }, { $purpose }
happened-consent-void = Un permiso de { $company } terminó con la SIM o el número, { $purpose }
happened-person-paused = Usted lo pausó todo
happened-person-resumed = Usted lo reanudó todo
happened-person-never = Usted dijo que nadie puede preguntarle
happened-person-allowed = Usted dejó que le lleguen preguntas de nuevo
happened-sim-changed = Su número recibió otra SIM
happened-tenure-ended = El número cambió de manos
happened-line-attested = Su red dijo qué tipo de línea es esta
happened-other = Algo de sus permisos cambió
result-none = No se dijo nada
result-under-way = Aún sin respuesta
result-area = Se les dijo una zona de { $distance }
result-true = Se les dijo que sí
result-false = Se les dijo que no
result-partial = Se les dijo: en parte
result-withheld = No se les dijo nada: usted ya lo había terminado
result-abandoned = No se les dijo nada: el portal se interrumpió
result-failed = No se les dijo nada: { $reason }
result-refused = Rechazado: { $reason }
reason-other = una regla de este portal
reason-replayed = la petición ya se había enviado antes
reason-not-the-recipient = preguntaron en nombre de otra empresa
reason-party-unknown = la empresa no está inscrita
reason-party-suspended = la empresa está suspendida
reason-purpose-not-approved = la empresa no está aprobada para este fin
reason-purpose-forbidden = este fin nunca se permite
reason-purpose-unavailable = este fin necesita algo que nadie pudo verificar
reason-number-not-reserved = esto es una prueba
reason-no-permission = usted nunca aceptó eso
reason-not-answered = usted aún no había respondido
reason-said-no = usted dijo que no
reason-lapsed = la pregunta venció
reason-withdrawn = usted lo había parado
reason-expired = su permiso había terminado
reason-yes-no-only = usted aceptó sí o no, y pidieron un lugar
reason-evidence-too-weak = su sí no quedó bien probado
reason-count-spent = ya habían usado todas las preguntas que usted permitió
reason-too-often = preguntaron demasiado a menudo
reason-surface-too-fine = lo querían más fino de lo que usted permitió
reason-circle-too-small = lo querían más fino de lo que usted permitió
reason-probing = intentaron averiguar dónde está usted
reason-paused = usted lo había pausado
reason-too-many-questions = ya se le había preguntado bastante
reason-terms-too-wide = querían más de lo que este portal permite
reason-never = usted dijo que nadie puede preguntarle
reason-cooling-off = usted les dijo que no hace poco
reason-questions-spent = ese día ya se le había preguntado bastante
reason-sim-changed = su SIM era nueva
reason-void = su permiso terminó con la SIM o el número
reason-outside-schedule = era fuera de las horas que usted permitió
reason-not-yet = su permiso aún no estaba en vigor
reason-ceiling-reached = ese día ya se había preguntado demasiado por usted
reason-tenure-ended = el número había cambiado de manos
reason-withdrawn-unseen = usted lo había parado
reason-no-source = nadie podía decir dónde estaba su teléfono
reason-source-busy = su red estaba ocupada
reason-unknown-to-source = su red no conocía el número
reason-denied-by-source = su red lo rechazó
reason-vetoed = usted dijo que no a su red
reason-unlocatable = su teléfono estaba apagado o sin cobertura
reason-too-old = solo se conocía una posición antigua
reason-surface-not-met = solo se conocía una zona más amplia
reason-source-timeout = su red no respondió a tiempo
reason-source-unavailable = su red no respondió
reason-source-untrustworthy = la respuesta de su red no tenía sentido
reason-beyond-grid = su teléfono estaba donde no se puede trazar una zona

## The download

export-about = Todo lo que este portal guarda sobre su número: quién preguntó, qué se le dijo, qué aceptó usted, y sus claves. No contiene ninguna posición, porque no se guarda ninguna.
export-check = Cada entrada está bajo la cabeza firmada del diario: la etiqueta y los resúmenes con clave de sus dos partes forman una hoja, y la prueba lleva de la hoja a la cabeza. Cada permiso es un recibo que "wayleave consent verify" y los programas de docs/auditing comprueban sin preguntar a nadie.

## The question

question-tab = Una pregunta para usted · Wayleave
question-asks-where = { $company } pregunta dónde está su teléfono
question-asks-near = { $company } pregunta si su teléfono está cerca de un lugar
question-asks-lead = Nadie ha mirado. Usted decide, y no es tan buena respuesta como sí.
question-step-title = Falta un paso
question-step-lead = Responda { $reply } al mensaje, para que todos puedan ver que el propio número aceptó. Hasta entonces { $company } no sabe nada.
question-link-step-lead = Su respuesta ha llegado. Esto dura lo bastante para querer también su firma: pulse el botón de abajo.
question-given-title = Usted dijo sí
question-given-where = { $company } puede preguntar dónde está su teléfono hasta el { $until }. Puede pararlo ahora o después.
question-given-near = { $company } puede preguntar si su teléfono está cerca de un lugar hasta el { $until }. Puede pararlo ahora o después.
question-later-where = { $company } puede preguntar dónde está su teléfono desde el { $from } hasta el { $until }. Puede pararlo ahora o después.
question-refused-title = Usted dijo no
question-refused-lead = { $company } no sabe nada de su teléfono. No tiene que hacer nada más.
question-lapsed-title = Esta pregunta ha vencido
question-lapsed-lead = No se respondió a tiempo, y eso cuenta como no. { $company } no sabe nada de su teléfono.
question-withdrawn-title = Usted lo paró
question-withdrawn-lead = { $company } ya no puede preguntar por su teléfono. Tuvo efecto antes de que usted viera esta página.
question-expired-title = Este permiso ha terminado
question-expired-lead = { $company } ya no puede preguntar por su teléfono. Para preguntar de nuevo necesita otro sí de usted.
question-void-title = Este permiso es nulo
question-void-lead = El número recibió otra SIM, o cambió de manos. { $company } ya no puede preguntar por su teléfono.
question-stop = Parar
question-live-title = Deje esta página abierta
question-live-lead = Su posición sale de este navegador solo cuando { $company } pregunta, y solo mientras esta página está abierta.
question-live-start = Empezando.
question-live-noscript = Este permiso usa la posición de su navegador, que necesita JavaScript. Aquí está desactivado, así que no se envía nada.
live-none = Este navegador no puede decir una posición, así que no se envía nada.
live-prompt = Su navegador pregunta ahora si esta página puede saber su posición.
live-waiting = Esperando. Hasta ahora no se ha enviado nada.
live-denied = Han preguntado. Su navegador está configurado para no decir su posición, así que no se envió nada.
live-nothing = Han preguntado. Su navegador no encontró ninguna posición, así que no se envió nada.
live-sent = Han preguntado a las { $at }. Su posición fue al portal, que solo transmite la zona acordada.
live-unsent = Han preguntado a las { $at }. Su posición no se pudo enviar.
question-used = Preguntado hasta ahora: { $times }
question-used-last = Preguntado hasta ahora: { $times }, la última el { $at }
question-used-never = Hasta ahora no se ha preguntado.
question-map-area = Verían un círculo de este tamaño o mayor, nunca el lugar exacto.
question-map-near = Nombran un lugar y oyen solo sí o no: si su teléfono está a { $distance } de él. Nunca ven dónde está usted.
question-map-invented = El mapa es una ciudad inventada; en él no está nadie.
question-terms-asked = Lo que aceptaría
question-terms-given = Lo que aceptó
question-terms-over = Lo que se preguntó
question-fact-starts = Empieza
question-from-yes = { $duration } desde su sí
question-from-yes-until = { $duration }, hasta el { $until }
question-safety-wait = 24 horas después de su sí. En ese tiempo le escribimos dos veces, para que nadie acepte en su lugar.
question-window = Solo desde el { $from } hasta el { $until }
question-weekly = { $slots } ({ $zone })
question-slot = { $days }, de { $from } a { $to }
question-fact-agreed = Usted aceptó
question-fact-answered = Usted respondió
question-fact-stopped = Usted lo paró
question-fact-ended = Terminó
question-yes = Sí, acepto
question-yes-passkey = Sí, con mi clave de acceso
question-no = No, me niego
question-by-text-both = También puede responder por mensaje: { $yes } o { $no }.
question-by-text-no = También puede negarse por mensaje: { $no }.
question-by-text-noscript = Para aceptar, responda { $yes } al mensaje. Para negarse, pulse el botón o responda { $no }.
question-needs-script = Para aceptar esto hace falta un navegador con JavaScript. Para negarse, pulse el botón o responda { $no } al mensaje.
question-waits = La pregunta espera hasta el { $until }; no responder cuenta como no.
question-also-reply = Después de esta página pedimos también una respuesta al mensaje, porque esto se repite o dura más de un día.
question-stop-here = Si acepta, puede pararlo aquí en cualquier momento.
question-word-for-word = El mensaje, palabra por palabra
question-checked = El nombre y las palabras son nuestros, no suyos: este portal, gestionado por { $operator }, comprobó quién es { $company } y escribió esta página.
question-back = Volver a { $company }
question-receipt = Descargar lo que se preguntó y se respondió, para guardarlo y comprobarlo
question-board = Su tablero: quién puede preguntar dónde está usted
question-no-sign = Este navegador no puede firmar su respuesta aquí. Aún puede negarse, o responder al mensaje.
question-signing = Firmando su respuesta.
question-sign-failed = Su navegador no pudo firmar la respuesta. No se ha aceptado nada.
question-busy = Llegaron demasiadas respuestas a la vez. Espere un momento y pulse de nuevo.
question-lost = Su respuesta no llegó. Que sepamos, no se ha aceptado nada. Inténtelo de nuevo, o responda al mensaje.
times-once = una vez
times-twice = dos veces
times-many = { $count } veces
day-monday = lunes
day-tuesday = martes
day-wednesday = miércoles
day-thursday = jueves
day-friday = viernes
day-saturday = sábado
day-sunday = domingo
map-circle = Un círculo de { $distance } alrededor de su centro, dibujado en un mapa
spoken-metres = { $count } metros
spoken-kilometres = { $count } kilómetros

## Small pages

message-link-title = No conocemos este enlace
message-link-lead = Puede que esté cortado, o que sea demasiado antiguo. Abra de nuevo el mensaje y toque el enlace entero.
message-nothing-title = Aquí no hay nada
message-nothing-lead = Compruebe la dirección.
message-wait-title = Espere un momento, por favor
message-wait-lead = Llegaron demasiadas peticiones a la vez. Inténtelo dentro de { $wait }.
message-foreign-title = Eso no vino de nuestra página
message-foreign-lead = No se ha cambiado nada. Abra el enlace del mensaje y responda allí.
message-unavailable-title = Ahora mismo no podemos responder
message-unavailable-lead = No se ha cambiado nada. Inténtelo dentro de un minuto, o responda al mensaje.
message-failed-title = Algo ha salido mal
message-failed-lead = No sabemos si su respuesta llegó. Abra el enlace de nuevo para verlo.
message-reference = Si nos llama, diga esta referencia: { $reference }
# What a person reads on a page, in Spanish.

## Las páginas de quien viene de parte de una empresa

errand-tab = Una pregunta para usted · Wayleave
errand-skip = Ir a la página
errand-from = Viene de parte de
errand-start-title = Primero, muestre que es su teléfono
errand-start-lead = Enviamos seis cifras a su número. Nadie ha mirado dónde está su teléfono, y todavía no se ha aceptado nada.
errand-start-lead-known = Enviamos seis cifras al número { $number }. Nadie ha mirado dónde está su teléfono, y todavía no se ha aceptado nada.
errand-number = Su número de móvil
errand-number-hint = Con + y el prefijo del país, por ejemplo +1 202 555 0101.
errand-number-malformed = No podemos leer ese número. Escríbalo con + y el prefijo del país.
errand-busy = Ahora se piden demasiados mensajes. No se ha enviado nada. Inténtelo de nuevo en unos minutos.
errand-send = Envíenme seis cifras
errand-code-title = Escriba las seis cifras
errand-code-lead = Si se puede preguntar al número { $number }, hay un mensaje en camino. Escriba sus seis cifras solo aquí, y solo si usted mismo abrió esta página.
errand-code = Las seis cifras
errand-code-hint = No se las diga a nadie, tampoco a la empresa. ¿No llega? Un número recibe como máximo cinco al día.
errand-enter = Seguir
errand-code-wrong = Esas no son las cifras que enviamos. Nada ha cambiado.
errand-code-too-many = Demasiadas cifras equivocadas. Nada ha cambiado. Vuelva a la empresa y empiece de nuevo.
errand-through-title = Gracias
errand-through-lead = Ya había aceptado antes, así que no hay pregunta nueva. Vuelve ahora a la empresa.
errand-waiting-title = Falta un paso
errand-waiting-lead = Ha aceptado aquí. Ahora responda a nuestro mensaje con SI y su código: este permiso necesita también una respuesta de su número. Esta página vuelve a mirar por sí sola.
errand-go-on = Seguir
errand-leave = No, volver a la empresa
errand-done-title = Eso es todo
errand-done-lead = Puede cerrar esta página. Lo que respondió está en vigor, y el enlace para detenerlo está en nuestro mensaje.
errand-astray-title = Esta página no puede seguir
errand-astray-lead = Es demasiado antigua, ya se usó o se abrió de un modo que no conocemos. Nada ha cambiado. Vuelva a la empresa y empiece de nuevo.
errand-always = Envíe STOP al número que le escribió, y termina cada permiso que dio. Siempre funciona.
errand-run-by = Wayleave pregunta primero. Este servicio lo lleva { $operator }.
errand-sandbox = Esto es un entorno de prueba: una ciudad inventada, empresas inventadas, números reservados como +1 202 555 0101.

## The try page

try-tab = Pruébelo · Wayleave
try-title = Pruébelo en su propio teléfono
try-lead = Se pregunta a su teléfono, usted acepta, y esta pantalla ve una zona a su alrededor. Después lo para. No se pregunta nada a nadie más: ninguna red, ninguna cuenta, ningún número suyo.
try-insecure = Esta página no se abre por una dirección segura, así que ningún navegador le diría una posición. Ábrala por https, o en esta máquina como http://localhost.
try-noscript = La página de prueba necesita JavaScript, porque esta pantalla crea una clave que solo ella puede usar.
try-begin = Mostrar la imagen
try-point-title = Apunte su teléfono aquí
try-picture = Un código QR con el enlace de su pregunta
try-open-here = O abra la pregunta aquí en otra pestaña
try-only-here = Este portal funciona solo en esta máquina, así que un teléfono no llega a él. La otra pestaña hace de teléfono.
try-waiting = Esperando su respuesta en el teléfono.
try-asking = Preguntando al teléfono. Deje abierta su página.
try-given = El teléfono respondió. La posición se hizo imprecisa y se selló para esta pantalla; nada de lo que hay en medio pudo leerla.
try-refused = Usted dijo no. Esta pantalla no sabe nada.
try-over = Ha terminado. Esta pantalla ya no puede preguntar, y olvidó lo que vio.
try-none = No llegó respuesta. Deje abierta la página en el teléfono y permita que su navegador diga la posición.
try-busy = Ahora mismo mucha gente lo está probando. Vuelva dentro de un rato.
try-place-title = Lo que supo esta pantalla
try-area = Una zona de { $radius } m alrededor de { $latitude }, { $longitude }
try-again = Preguntar de nuevo
try-stop = Ahora pulse Parar en el teléfono y pregunte de nuevo.
try-kept = El número de esta visita es inventado. El portal anota que alguien preguntó y recibió respuesta, y nunca dónde.

## La página de una cuenta con líneas de máquinas

lines-statement-area = { $company } pregunta dónde están estos aparatos: { $purpose } ({ $case }), zona de { $distance }, { $duration }, { $frequency }, para cada aparato.
lines-statement-yes-no = { $company } pregunta si estos aparatos están cerca de un lugar: { $purpose } ({ $case }), solo sí o no, no más exacto que { $distance }, { $duration }, { $frequency }, para cada aparato.
account-tab = Líneas de máquinas · Wayleave
account-title = Líneas de máquinas de { $account }
account-lead = Estas empresas piden localizar aparatos suyos. Acepte una vez con su llave de acceso para toda la lista, y detenga un aparato o todos cuando quiera. Una línea que su operador no llama máquina suya nunca se concede: a una persona se le pregunta en su propio teléfono.
account-invited-title = { $account }: cree su llave de acceso
account-invited-lead = Esta invitación crea una llave de acceso, una sola vez. Desde entonces solo esa llave abre esta página, acepta y detiene. Guarde la dirección de esta página.
account-door-title = { $account }
account-door-lead = Entre con la llave de acceso de esta cuenta.
account-unknown-title = Este enlace no lleva a ninguna parte
account-unknown-lead = Pida una invitación nueva a quien opera esta pasarela.
account-enrol = Crear la llave de acceso
account-sign-in = Entrar con la llave de acceso
account-no-passkeys = A esta pasarela se llega por una dirección IP. Los navegadores crean y usan llaves de acceso solo para un nombre: nadie puede aceptar aquí hasta que lo tenga.
account-noscript = Una llave de acceso necesita JavaScript.
account-empty = Nadie pide nada.
account-failed = No ha funcionado. No se ha aceptado nada. Cargue la página otra vez para ver cómo está todo.
account-count = { $count ->
    [one] Un aparato
   *[other] { $count } aparatos
}
account-until = Se puede responder hasta { $until }. No responder es un no.
account-lines = Los aparatos, uno por uno
account-agree = Aceptar para toda la lista
account-stop-all = Detener todos estos
account-stop-one = Detener { $number }
account-line-waiting = espera su respuesta
account-line-given = se puede localizar
account-line-not-given = no concedido: su operador no lo llama máquina de esta cuenta
account-line-ended = terminado
