/* which kind of message it is; what people write is none */
#include "feedback/mailkind.h"
#include "tap.h"

#define ORIGINAL \
	"\n\nReceived: x\nFrom: a@x.example\nTo: b@y.example\nSubject: s\n\nhi\n"

static const struct {
	const char *name, *mail;
	int null_sender;
	enum mailkind kind;
} cases[] = {
	{ "nothing", "", -1, MAILKIND_OTHER },
	{ "somebody", "From: ann@x.example\nSubject: hello\n\nhi\n", 0,
	    MAILKIND_OTHER },
	{ "a report",
	    "From: x@y.example\nSubject: x\nContent-Type: multipart/report; "
	    "boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
	    "Action: failed\n--B--\n",
	    -1, MAILKIND_BOUNCE },
	{ "qmail's",
	    "From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n"
	    "Hi. This is the qmail-send program at x.example.\n"
	    "<b@y.example>:\nno\n",
	    1, MAILKIND_BOUNCE },
	{ "X-Failed-Recipients",
	    "From: a@x.example\nX-Failed-Recipients: b@y.example\n\nx\n", -1,
	    MAILKIND_BOUNCE },
	{ "in another language, with the returned message",
	    "From: postmaster@x.example\nSubject: "
	    "=?utf-8?b?44Oh44O844Or44Ko44Op44O86YCa55+l?=\n\nx" ORIGINAL,
	    1, MAILKIND_BOUNCE },
	{ "a notice in JSON",
	    "From: no-reply@x.example\nSubject: Notice\n\n"
	    "{\"notificationType\":\"Bounce\"}\n",
	    0, MAILKIND_BOUNCE },
	{ "of a delivery",
	    "From: no-reply@x.example\nSubject: Notice\n\n"
	    "{\"notificationType\":\"Delivery\"}\n",
	    0, MAILKIND_BOUNCE },
	{ "somebody who writes of a bounce",
	    "From: ann@x.example\nSubject: Undeliverable: what is this?\n\n"
	    "My mail could not be delivered, it says.\n550 no such user\n",
	    0, MAILKIND_OTHER },
	{ "and sends it along",
	    "From: ann@x.example\nSubject: Re: failure notice\n\n"
	    "It could not be delivered.\n550 no such user\n" ORIGINAL,
	    0, MAILKIND_OTHER },
	{ "an address that nobody reads",
	    "From: no-reply@x.example\nSubject: failure notice\n\n"
	    "It could not be delivered.\n",
	    -1, MAILKIND_BOUNCE },
	{ "a postmaster who writes of something else",
	    "From: postmaster@x.example\nSubject: your server\n\n"
	    "Please call me.\n",
	    0, MAILKIND_OTHER },
	{ "a newsletter about mail",
	    "From: news@x.example\nSubject: How to stop spam\n\n"
	    "If mail could not be delivered, look at the log.\n",
	    0, MAILKIND_OTHER },
	{ "somebody who forwards mail",
	    "From: ann@x.example\nSubject: Fwd: s\n\nlook:" ORIGINAL, 0,
	    MAILKIND_OTHER },
	{ "a complaint",
	    "From: fbl@x.example\nSubject: x\nContent-Type: multipart/report; "
	    "report-type=feedback-report; boundary=B\n\n--B\n"
	    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
	    "--B--\n",
	    0, MAILKIND_COMPLAINT },
	{ "a complaint that is only a message",
	    "From: staff@x.example\nSubject: complaint about message from "
	    "192.0.2.1\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
	    "Content-Type: message/rfc822\n\nFrom: a@x.example\n\nhi\n--B--\n",
	    0, MAILKIND_COMPLAINT },
	{ "somebody who complains of spam",
	    "From: ann@x.example\nSubject: spam report\n\nStop it!\n", 0,
	    MAILKIND_OTHER },
	{ "a complaint in JSON",
	    "From: no-reply@x.example\n\n"
	    "{\"notificationType\":\"Complaint\"}\n",
	    0, MAILKIND_COMPLAINT },
	{ "out of office",
	    "From: ann@x.example\nSubject: Out of Office: hello\n"
	    "Auto-Submitted: auto-replied\n\nI am away\n",
	    1, MAILKIND_VACATION },
	{ "in German", "From: ann@x.example\nSubject: Abwesenheitsnotiz\n\nx\n",
	    -1, MAILKIND_VACATION },
	{ "away, and mentions delivery",
	    "From: ann@x.example\nSubject: Automatic reply: order\n\n"
	    "Your order could not be delivered while I am away.\n",
	    1, MAILKIND_VACATION },
	{ "a challenge",
	    "From: ann@x.example\nSubject: Please confirm your message\n"
	    "Auto-Submitted: auto-replied\n\nx\n",
	    1, MAILKIND_CHALLENGE },
	{ "by its field", "From: a@x.example\nX-Boxbe-Notify: 1\n\nx\n", 0,
	    MAILKIND_CHALLENGE },
	{ "somebody who wants something confirmed",
	    "From: ann@x.example\nSubject: please confirm your order\n\nthanks\n",
	    0, MAILKIND_OTHER },
	{ "another machine",
	    "From: shop@x.example\nSubject: We have got your mail\n"
	    "Auto-Submitted: auto-replied (x)\n\nx\n",
	    0, MAILKIND_AUTOREPLY },
	{ "Auto-Submitted: no",
	    "From: ann@x.example\nSubject: x\nAuto-Submitted: no\n\nx\n", 0,
	    MAILKIND_OTHER },
	{ "Precedence",
	    "From: a@x.example\nSubject: x\nPrecedence: auto_reply\n\nx\n", 0,
	    MAILKIND_AUTOREPLY },
	{ "a disposition",
	    "From: ann@x.example\nSubject: Read: x\nContent-Type: "
	    "multipart/report; report-type=disposition-notification; "
	    "boundary=B\n\n--B\n\nread\n--B\nContent-Type: "
	    "message/disposition-notification\n\nDisposition: displayed\n--B--\n",
	    0, MAILKIND_AUTOREPLY },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mailparts m = { .header = NULL };

		if (mailparts_take(&m, cases[i].mail, strlen(cases[i].mail)) ==
		    -1)
			return 1;
		is_num(mailkind(&m, cases[i].null_sender), cases[i].kind,
		    cases[i].name);
		mailparts_free(&m);
	}
	return done();
}
