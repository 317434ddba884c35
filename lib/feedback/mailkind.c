#include "feedback/mailkind.h"
#include "base/ascii.h"
#include "feedback/addrfind.h"
#include "feedback/dsnread.h"
#include "feedback/freebounce.h"
#include "feedback/snsread.h"
#include "mail/header.h"
#include "mime/encword.h"
#include <string.h>

enum {
	VALUE_ROOM = 1000, /* bytes of a field */
	TEXT_NEAR = 4000,  /* bytes of text that say what it is */
	SURE = 4,          /* what speaks for a bounce, together */
	SAYS_ALL = 6       /* subject, words, a reply and the message */
};

struct facts {
	const struct mailparts *m;
	int null_sender;
	char from[VALUE_ROOM], subject[VALUE_ROOM], automatic[VALUE_ROOM];
	struct slice text;
};

/* fields */

static struct slice
string(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static int
find(const struct facts *f, const char *name, struct header_field *h)
{
	return header_find(f->m->header, f->m->header_len, name, h);
}

static int
there(const struct facts *f, const char *const *names)
{
	struct header_field h;

	for (; *names != NULL; names++)
		if (find(f, *names, &h))
			return 1;
	return 0;
}

/* a value as text, cut; what cannot be decoded is not needed */
static void
value(const struct facts *f, const char *name, char out[VALUE_ROOM])
{
	struct header_field h;
	struct buf b = { 0 };
	size_t n = 0;

	if (find(f, name, &h) &&
	    encword_decode(&b, h.value, h.value_len) == 0) {
		n = buf_len(&b) < VALUE_ROOM ? buf_len(&b) : VALUE_ROOM - 1;
		if (n > 0)
			memcpy(out, buf_data(&b), n);
	}
	out[n] = '\0';
	buf_free(&b);
}

static int
value_has(const struct facts *f, const char *name, const char *const *words)
{
	char v[VALUE_ROOM];

	value(f, name, v);
	return addrfind_any(string(v), words);
}

/* who, what about, which words */

static int
from_daemon(const struct facts *f)
{
	static const char *const words[] = { "mailer-daemon", "mailer_daemon",
		"mailerdaemon", "mail-daemon", "maildaemon", "postmaster",
		"post_master", "post-master", "mail delivery",
		"mail administrator", "mail system", "mail deliver", "bounce",
		"delivery subsystem", "delivery system", "system administrator",
		"mailadmin", "mail.delivery", "microsoft exchange", NULL };

	return addrfind_any(string(f->from), words);
}

/* an address that nobody reads */
static int
from_machine(const struct facts *f)
{
	static const char *const words[] = { "no-reply", "noreply", "no_reply",
		"donotreply", "do-not-reply", NULL };

	return addrfind_any(string(f->from), words);
}

static int
is_reply(const struct facts *f)
{
	static const char *const fields[] = { "In-Reply-To", "References",
		NULL };

	return ascii_begins(f->subject, strlen(f->subject), "re:") ||
	    ascii_begins(f->subject, strlen(f->subject), "fwd:") ||
	    there(f, fields);
}

static int
subject_bounces(const struct facts *f)
{
	static const char *const words[] = { "returned mail", "undeliver",
		"delivery status", "delivery fail", "delivery notification",
		"delivery report", "delivery error", "delivery problem",
		"failure notice", "failure delivery", "failed delivery",
		"failed mail", "mail failure", "mail system error",
		"mail error", "mail delivery", "could not be delivered",
		"could not send", "couldn't be delivered", "not delivered",
		"returned to sender", "returning message", "non delivery",
		"non-delivery", "nondeliverable", "nondelivery",
		"message could not", "rejected", "delayed mail",
		"delivery delay", "delivery warning", "error sending",
		"delivery has failed", "message status", "failed to deliver",
		"unzustellbar", "nicht zugestellt", "unable to deliver",
		"user unknown", "deliverable mail", "deliver mail", "transient",
		"permanent error", "bounce", "warning: message",
		"cannot be delivered", "smtp error", "mail could not",
		/* error, mail error: Japanese; not delivered: Russian,
		 * Chinese */
		"\343\202\250\343\203\251\343\203\274\351\200\232\347\237\245",
		"\351\205\215\344\277\241\344\270\215\350\203\275",
		"\351\200\201\344\277\241\343\202\250\343\203\251\343\203\274",
		"\320\275\320\265 \320\264\320\276\321\201\321\202\320\260\320\262\320\273\320\265\320\275\320\276",
		"\351\200\200\344\277\241", "delivery incomplete", NULL };

	return addrfind_any(string(f->subject), words);
}

static int
text_bounces(const struct facts *f)
{
	static const char *const words[] = { "could not be delivered",
		"couldn't be delivered", "could not deliver",
		"couldn't deliver", "cannot be delivered", "can't be delivered",
		"not delivered", "not be delivered", "undeliverable",
		"unable to deliver", "able to deliver your",
		"failed permanently", "delivery failed", "delivery failure",
		"delivery has failed", "did not reach", "error delivering",
		"fatal errors", "delivery error", "delivery problem",
		"failed to deliver", "has been delayed", "is delayed",
		"was not delivered", "was rejected", "were rejected",
		"returned mail", "user unknown", "unknown user",
		"following address", "following recipient",
		"transcript of session", "trouble delivering", "does not exist",
		"mailbox is full", "recipients of your", "exceeds allowed",
		"invalid user", "no such user", "invalid address",
		"reporting-mta:", "attempting to deliver", "attempt to deliver",
		"undelivered", "bounced", NULL };

	return addrfind_any(f->text, words);
}

/* a reply of SMTP that refuses, at the front of a line or behind a colon */
static int
text_refuses(const struct facts *f)
{
	const char *p = f->text.p, *end = p + f->text.n;

	for (; p < end; p++)
		if ((p == f->text.p || ascii_white(p[-1]) || p[-1] == ':') &&
		    freebounce_code(p, end) != 0 && end - p > 4 &&
		    (p[3] == ' ' || p[3] == '-' || p[3] == ':'))
			return 1;
	return 0;
}

static int
is_free_bounce(const struct facts *f)
{
	static const char *const failed[] = { "X-Failed-Recipients", NULL };
	int says = 0, who = 0;

	if (there(f, failed))
		return 1;
	who += from_daemon(f) ? 2 : 0;
	who += f->null_sender == 1 ? 1 : 0;
	who += f->from[0] == '\0' || strcmp(f->from, "<>") == 0 ? 1 : 0;
	who +=
	    ascii_begins(f->m->report, strlen(f->m->report), "delivery-status")
	    ? 3
	    : 0;
	says += subject_bounces(f) ? 2 : 0;
	says += text_bounces(f) ? 2 : 0;
	says += text_refuses(f) ? 1 : 0;
	says += buf_len(&f->m->original) > 0 ? 1 : 0;
	who += from_machine(f) ? 1 : 0;
	/* who, or what, alone is not enough: people write of bounces, and
	 * a postmaster writes of other things.  Where nothing speaks for a
	 * machine, all else has to, and it is no answer of somebody */
	if (who == 0)
		return says == SAYS_ALL && !is_reply(f);
	return says > 0 && who + says >= SURE;
}

/* complaints */

static int
is_complaint(const struct facts *f)
{
	static const char *const about[] = { "complaint about message",
		"abuse report", "email feedback report", "spam report",
		"spam complaint", "feedback loop", "fbl report",
		"complaint feedback", NULL };

	if (buf_len(&f->m->feedback) > 0 ||
	    strcmp(f->m->report, "feedback-report") == 0)
		return 1;
	return buf_len(&f->m->original) > 0 &&
	    addrfind_any(string(f->subject), about);
}

/* answers of machines */

static int
is_challenge(const struct facts *f)
{
	static const char *const fields[] = { "X-Boxbe-Notify",
		"X-TMDA-Confirm", "X-Spamarrest-Challenge",
		"X-Challenge-Response", NULL };
	static const char *const subjects[] = { "confirm your message",
		"please confirm your", "verification required",
		"sender verification", "challenge", "confirm your email to",
		"action required to deliver", "verify your email to", NULL };
	static const char *const words[] = { "prove that you are",
		"not a spammer", "approve your message", "not on my list of",
		"anti-spam system", "click the link below",
		"reply to this message to confirm", "approved senders",
		"guest list", "whitelist", NULL };

	if (there(f, fields))
		return 1;
	return addrfind_any(string(f->subject), subjects) &&
	    (f->automatic[0] != '\0' || addrfind_any(f->text, words));
}

static int
is_automatic(const struct facts *f)
{
	static const char *const fields[] = { "X-Autoreply", "X-Autorespond",
		"X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply",
		"X-AutoReply-From", "X-Autogenerated", "X-FC-MachineGenerated",
		NULL };
	static const char *const precedence[] = { "auto_reply", "auto-reply",
		"autoreply", NULL };
	static const char *const replied[] = { "auto-replied", "auto-generated",
		"auto-notified", NULL };

	return there(f, fields) || f->m->mdn ||
	    value_has(f, "Precedence", precedence) ||
	    value_has(f, "X-Precedence", precedence) ||
	    addrfind_any(string(f->automatic), replied);
}

static int
is_vacation(const struct facts *f)
{
	static const char *const subjects[] = { "out of office",
		"out of the office", "out-of-office", "on vacation",
		"vacation reply", "away from my", "away from the office",
		"automatic reply", "automatische antwort", "autoreply",
		"auto reply", "auto-reply", "autoresponse", "auto response",
		"automatic response", "abwesenheit", "absence du bureau",
		"r\303\251ponse automatique", "fuera de la oficina",
		"respuesta autom\303\241tica", "risposta automatica",
		"abwesend", "ooo:", "on leave", "on holiday", "afwezig",
		"auto:", "resposta autom\303\241tica", NULL };

	return addrfind_any(string(f->subject), subjects);
}

static enum mailkind
judge(const struct facts *f)
{
	enum snsread_kind notice = snsread_kind(f->text);

	if (notice == SNSREAD_BOUNCE || notice == SNSREAD_DELIVERY)
		return MAILKIND_BOUNCE;
	if (is_complaint(f) || notice == SNSREAD_COMPLAINT)
		return MAILKIND_COMPLAINT;
	if (buf_len(&f->m->status) > 0)
		return MAILKIND_BOUNCE;
	if (f->m->mdn)
		return MAILKIND_AUTOREPLY;
	if (is_challenge(f))
		return MAILKIND_CHALLENGE;
	if (is_vacation(f) && !from_daemon(f))
		return MAILKIND_VACATION;
	if (is_free_bounce(f))
		return MAILKIND_BOUNCE;
	if (is_vacation(f))
		return MAILKIND_VACATION;
	return is_automatic(f) ? MAILKIND_AUTOREPLY : MAILKIND_OTHER;
}

enum mailkind
mailkind(const struct mailparts *m, int null_sender)
{
	struct facts f = { .m = m, .null_sender = null_sender };
	struct header_field h;

	value(&f, "From", f.from);
	value(&f, "Subject", f.subject);
	value(&f, "Auto-Submitted", f.automatic);
	if (ascii_begins(f.automatic, strlen(f.automatic), "no"))
		f.automatic[0] = '\0';
	if (null_sender == -1 && find(&f, "Return-Path", &h))
		f.null_sender = header_silent(&h);
	f.text = mailparts_bytes(&m->text);
	if (f.text.n > TEXT_NEAR)
		f.text.n = TEXT_NEAR;
	return judge(&f);
}
