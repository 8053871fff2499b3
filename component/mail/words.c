#include "mail/words.h"

#include "desk/rule.h"

#include <stddef.h>

static const char *const ENGLISH[MAIL_WORDS] = {
    [MAIL_HELLO] = "Hello,",
    [MAIL_RECEIPT_SUBJECT] = "We have received your message (number %s)",
    [MAIL_RECEIVED] = "we have received your message. Its number is %s.",
    [MAIL_WILL_READ] = "Our team will read it and answer you. You find the answer on our page, in "
                       "the browser that you used. If you have not seen it there after a while, "
                       "we send it to this address, too.",
    [MAIL_STRANGER] = ("You have not written to us? Then somebody has typed your address by "
                       "mistake, and you need not do anything."),
    [MAIL_REPLY_SUBJECT] = "Answer to your message (number %s)",
    [MAIL_WROTE] = "%s has written to you:",
    [MAIL_GO_ON] = "To go on with the conversation, open our page in the browser that you used:",
    [MAIL_ANSWERS] = "You can also answer this e-mail.",
    [MAIL_NO_ANSWERS] = "Please do not answer this e-mail: nobody reads what comes in there.",
};

static const char *const GERMAN[MAIL_WORDS] = {
    [MAIL_HELLO] = "Guten Tag,",
    [MAIL_RECEIPT_SUBJECT] = "Ihre Nachricht ist angekommen (Nummer %s)",
    [MAIL_RECEIVED] = "Ihre Nachricht ist bei uns angekommen. Sie hat die Nummer %s.",
    [MAIL_WILL_READ] = "Unser Team liest sie und antwortet Ihnen. Die Antwort finden Sie auf "
                       "unserer Seite, in dem Browser, den Sie benutzt haben. Haben Sie sie dort "
                       "nach einer Weile nicht gesehen, schicken wir sie auch an diese Adresse.",
    [MAIL_STRANGER] = "Sie haben uns nicht geschrieben? Dann hat jemand versehentlich Ihre "
                      "Adresse eingegeben, und Sie müssen nichts tun.",
    [MAIL_REPLY_SUBJECT] = "Antwort auf Ihre Nachricht (Nummer %s)",
    [MAIL_WROTE] = "%s hat Ihnen geschrieben:",
    [MAIL_GO_ON] = "Um das Gespräch fortzusetzen, öffnen Sie unsere Seite in dem Browser, den Sie "
                   "benutzt haben:",
    [MAIL_ANSWERS] = "Sie können auch auf diese E-Mail antworten.",
    [MAIL_NO_ANSWERS] = "Bitte antworten Sie nicht auf diese E-Mail: Was dort ankommt, liest "
                        "niemand.",
};

static const char *const FRENCH[MAIL_WORDS] = {
    [MAIL_HELLO] = "Bonjour,",
    [MAIL_RECEIPT_SUBJECT] = "Nous avons reçu votre message (numéro %s)",
    [MAIL_RECEIVED] = "Nous avons bien reçu votre message. Il porte le numéro %s.",
    [MAIL_WILL_READ] = "Notre équipe le lira et vous répondra. Vous trouverez la réponse sur notre "
                       "page, dans le navigateur que vous avez utilisé. Si vous ne l’y avez pas "
                       "vue au bout d’un certain temps, nous l’enverrons aussi à cette adresse.",
    [MAIL_STRANGER] = "Vous ne nous avez pas écrit ? Quelqu’un a alors saisi votre adresse par "
                      "erreur et vous n’avez rien à faire.",
    [MAIL_REPLY_SUBJECT] = "Réponse à votre message (numéro %s)",
    [MAIL_WROTE] = "%s vous a écrit :",
    [MAIL_GO_ON] = "Pour poursuivre la conversation, ouvrez notre page dans le navigateur que vous "
                   "avez utilisé :",
    [MAIL_ANSWERS] = "Vous pouvez aussi répondre à cet e-mail.",
    [MAIL_NO_ANSWERS] = "Veuillez ne pas répondre à cet e-mail : personne ne lit ce qui y arrive.",
};

static const char *const SPANISH[MAIL_WORDS] = {
    [MAIL_HELLO] = "Buenos días:",
    [MAIL_RECEIPT_SUBJECT] = "Hemos recibido su mensaje (número %s)",
    [MAIL_RECEIVED] = "Hemos recibido su mensaje. Su número es %s.",
    [MAIL_WILL_READ] = "Nuestro equipo lo leerá y le responderá. Encontrará la respuesta en "
                       "nuestra página, en el navegador que utilizó. Si pasado un tiempo no la ha "
                       "visto allí, se la enviaremos también a esta dirección.",
    [MAIL_STRANGER] = ("¿No nos ha escrito? Entonces alguien ha introducido su dirección por error "
                       "y no tiene que hacer nada."),
    [MAIL_REPLY_SUBJECT] = "Respuesta a su mensaje (número %s)",
    [MAIL_WROTE] = "%s le ha escrito:",
    [MAIL_GO_ON] =
        "Para continuar la conversación, abra nuestra página en el navegador que utilizó:",
    [MAIL_ANSWERS] = "También puede responder a este correo.",
    [MAIL_NO_ANSWERS] = "No responda a este correo: nadie lee lo que llega allí.",
};

static const char *const POLISH[MAIL_WORDS] = {
    [MAIL_HELLO] = "Dzień dobry,",
    [MAIL_RECEIPT_SUBJECT] = "Otrzymaliśmy wiadomość (numer %s)",
    [MAIL_RECEIVED] = "otrzymaliśmy Państwa wiadomość. Jej numer to %s.",
    [MAIL_WILL_READ] = "Nasz zespół ją przeczyta i odpowie. Odpowiedź pojawi się na naszej "
                       "stronie, w przeglądarce użytej do wysłania wiadomości. Jeśli przez pewien "
                       "czas nie zostanie tam odczytana, wyślemy ją także na ten adres.",
    [MAIL_STRANGER] = "To nie była Państwa wiadomość? W takim razie ktoś przez pomyłkę podał ten "
                      "adres i nie trzeba nic robić.",
    [MAIL_REPLY_SUBJECT] = "Odpowiedź na wiadomość (numer %s)",
    [MAIL_WROTE] = "Nowa wiadomość od: %s",
    [MAIL_GO_ON] = "Aby kontynuować rozmowę, prosimy otworzyć naszą stronę w przeglądarce użytej "
                   "do wysłania wiadomości:",
    [MAIL_ANSWERS] = "Można także odpowiedzieć na tego e-maila.",
    [MAIL_NO_ANSWERS] =
        "Prosimy nie odpowiadać na tego e-maila: nikt nie czyta przychodzących tam wiadomości.",
};

static const char *const TURKISH[MAIL_WORDS] = {
    [MAIL_HELLO] = "Merhaba,",
    [MAIL_RECEIPT_SUBJECT] = "Mesajınızı aldık (numara %s)",
    [MAIL_RECEIVED] = "Mesajınızı aldık. Numarası: %s.",
    [MAIL_WILL_READ] = "Ekibimiz mesajınızı okuyup size yanıt verecek. Yanıtı, kullandığınız "
                       "tarayıcıda sayfamızda bulabilirsiniz. Bir süre sonra orada görmediyseniz "
                       "yanıtı bu adrese de göndeririz.",
    [MAIL_STRANGER] = ("Bize yazmadınız mı? O hâlde biri yanlışlıkla adresinizi yazmış; bir şey "
                       "yapmanız gerekmez."),
    [MAIL_REPLY_SUBJECT] = "Mesajınıza yanıt (numara %s)",
    [MAIL_WROTE] = "%s size yazdı:",
    [MAIL_GO_ON] = "Görüşmeye devam etmek için kullandığınız tarayıcıda sayfamızı açın:",
    [MAIL_ANSWERS] = "Bu e-postayı da yanıtlayabilirsiniz.",
    [MAIL_NO_ANSWERS] = "Lütfen bu e-postayı yanıtlamayın: oraya gelenleri kimse okumaz.",
};

static const char *const ARABIC[MAIL_WORDS] = {
    [MAIL_HELLO] = "السلام عليكم،",
    [MAIL_RECEIPT_SUBJECT] = "استلمنا رسالتكم (الرقم %s)",
    [MAIL_RECEIVED] = "لقد استلمنا رسالتكم، ورقمها %s.",
    [MAIL_WILL_READ] =
        ("سيقرؤها فريقنا ويرد عليكم. ستجدون الرد في صفحتنا، في المتصفح الذي "
         "استخدمتموه. وإن لم تطّلعوا عليه هناك بعد مدة، فسنرسله أيضًا إلى هذا العنوان."),
    [MAIL_STRANGER] = "لم تكتبوا لنا؟ إذن أدخل شخص ما عنوانكم سهوًا، ولا يلزمكم فعل شيء.",
    [MAIL_REPLY_SUBJECT] = "رد على رسالتكم (الرقم %s)",
    [MAIL_WROTE] = "رسالة إليكم من %s:",
    [MAIL_GO_ON] = "لمتابعة المحادثة، افتحوا صفحتنا في المتصفح الذي استخدمتموه:",
    [MAIL_ANSWERS] = "يمكنكم أيضًا الرد على هذه الرسالة بالبريد الإلكتروني.",
    [MAIL_NO_ANSWERS] = "يُرجى عدم الرد على هذه الرسالة: لا أحد يقرأ ما يصل إلى هذا العنوان.",
};

/* English is the first: of who speaks none of them. */
static const struct written {
    const char *tag;
    const char *const *words;
} LANGUAGES[] = {{"en", ENGLISH}, {"de", GERMAN},  {"fr", FRENCH}, {"es", SPANISH},
                 {"pl", POLISH},  {"tr", TURKISH}, {"ar", ARABIC}};

static const struct written *written_to(const char *tag)
{
    for (size_t i = 1; i < sizeof LANGUAGES / sizeof *LANGUAGES; i++) {
        if (rule_is_language(tag, LANGUAGES[i].tag)) {
            return &LANGUAGES[i];
        }
    }
    return &LANGUAGES[0];
}

const char *mail_language(const char *language)
{
    return written_to(language)->tag;
}

void mail_add_word(struct buf *out, const char *language, enum mail_word word, const char *argument)
{
    buf_add_filled(out, written_to(language)->words[word], argument, NULL);
}
