#include "send/conntls.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "send/conncert.h"
#include "send/conntrace.h"
#include "send/connphase.h"
#include "send/tlsevent.h"
#include "send/tlsmemory.h"
#include "send/tlsresume.h"
#include "tls/anchorfile.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the label tls-fail of what is said of the host, NULL: it is none of TLS */
static void
blame(struct sendconn *c, const char *tls)
{
	if (c->host.fail == NULL)
		return;
	c->host.fail->tls = tls;
	c->host.fail->policy = hosttls_label(c->tls->host.word, c->site);
}

/* the host is not tried */
static int
pass_over(struct sendconn *c, const char *class, const char *esc,
    const char *text, const char *more, const char *tls)
{
	sendhost_fail(&c->host, class, esc, "%s%s", text, more);
	blame(c, tls);
	return -1;
}

static int
fill(struct sendconn *c)
{
	switch (hosttls_fill(&c->tls->host, c->site, c->lead, &c->host)) {
	case HOSTTLS_NO_TLSA:
		return pass_over(c, "tls", "4.7.5",
		    "TLSA records are required, and there are none", "",
		    hosttls_dane_required);
	case HOSTTLS_MALFORMED:
		return pass_over(c, "local", "4.3.5", "unusable tlsa", "",
		    NULL);
	case HOSTTLS_NO_MEMORY: die(EXIT_TEMP, "out of memory");
	case HOSTTLS_GOOD: break;
	}
	return 0;
}

/* why this host will not do; final: it has said so for good, which counts where
 * TLS is required of all hosts (RFC 8689 section 4.2.1) */
static void
say_refused(struct sendconn *c, const char *esc, const char *text,
    const char *more, int final)
{
	const char *what =
	    c->site->requiretls ? "REQUIRETLS: " : "TLS is required: ";
	char all[SENDTLS_TEXT_MAX + 40];

	snprintf(all, sizeof all, "%s%s", what, text);
	if (final && c->site->requiretls)
		sendhost_fail_final(&c->host, "tls", esc, "%s%s", all, more);
	else
		sendhost_fail(&c->host, "tls", esc, "%s%s", all, more);
}

/* a host has failed its policy before: what is remembered begins with a code */
static int
recalled_bad(struct sendconn *c, const char *why, const char *word)
{
	size_t n = strcspn(why, " ");
	char code[REPLY_ESC_MAX + 1];

	snprintf(code, sizeof code, "%.*s", (int)n, why);
	say_refused(c, code, "remembered: ", why + n + (why[n] == ' '),
	    code[0] == '5');
	blame(c, word);
	return -1;
}

/* a password is told to nobody who has not shown who he is */
static int
unverified(struct sendconn *c)
{
	sendhost_fail(&c->host, "auth", "4.7.8", "%s%s",
	    "login: only where TLS is verified, and it is ",
	    hosttls_word(c->tls == NULL ? SENDTLS_NONE : c->tls->host.word));
	return -1;
}

/* TLS did not come about before, or the login was refused */
static int
recalled(struct sendconn *c, const char *why, const char *word)
{
	struct conntls *t = c->tls;

	if (strncmp(why, "4.7.8", 5) == 0)
		return pass_over(c, "auth", "4.7.8",
		    "login: remembered: ", why + strlen("4.7.8 "), NULL);
	if (t->host.word != SENDTLS_MAY)
		return recalled_bad(c, why, word);
	c->s.tls = 0;
	t->fail = word;
	snprintf(t->text, sizeof t->text, "remembered: %s", why);
	return 0;
}

int
conntls_host(struct sendconn *c)
{
	const char *why, *word;

	c->s.tls = hosttls_policy(c->site, &c->host) != SENDTLS_NONE;
	c->s.login = c->site->login != NULL;
	c->s.secured = c->site->implicit;
	if (!c->s.tls)
		return c->s.login ? unverified(c) : 0;
	c->tls = calloc(1, sizeof *c->tls);
	if (c->tls == NULL)
		die(EXIT_TEMP, "out of memory");
	c->tls->cert = "";
	if (fill(c) == -1 || conncert_host(c) == -1)
		return -1;
	if (c->s.login && c->tls->host.demand.mode == TLS_ANY)
		return unverified(c);
	why = tlsmemory_recall(c, &word);
	return why == NULL ? 0 : recalled(c, why, word);
}

/* the handshake */

/* it is over; what it demanded stays until EHLO is answered, for a session that
 * is lost before is forgotten by that */
static void
settle(struct conntls *t)
{
	if (t->try == NULL)
		return;
	anchors_drop(t->try->anchors);
	conncert_drop(t->try);
	explicit_bzero(t->try, sizeof *t->try);
	free(t->try);
	t->try = NULL;
}

static void
calm(struct conntls *t)
{
	settle(t);
	hosttls_free(&t->host);
}

void
conntls_free(struct sendconn *c)
{
	if (c->tls != NULL)
		calm(c->tls);
	free(c->tls);
	c->tls = NULL;
}

/* how it went */

/* the records as RFC 8460 has them, "3 1 1 HEX", with commas between; whole
 * ones only */
static const char *
records_text(const struct sendconn *c, char text[SENDTLS_TLSA_MAX])
{
	const char *p = "";
	size_t n = hosttls_records(c->lead, &c->host, &p), i;

	if (n >= SENDTLS_TLSA_MAX)
		for (n = SENDTLS_TLSA_MAX - 1; n > 0 && p[n] != ',';)
			n--;
	for (i = 0; i < n; i++)
		text[i] = p[i] == '.' ? ' ' : p[i];
	text[n] = '\0';
	return text;
}

/* is it one of these, blank separated, in any case? */
static int
is_bad(const char *list, const char *host)
{
	size_t n;

	for (; list != NULL && *list != '\0';
	     list += n + strspn(list + n, " ")) {
		n = strcspn(list, " ");
		if (ascii_is(list, n, host))
			return 1;
	}
	return 0;
}

/* said once for a session */
static void
tell(struct sendconn *c, const char *result)
{
	char tlsa[SENDTLS_TLSA_MAX];
	struct conntls *t = c->tls;
	struct tlsevent e = { .host = c->host.name,
		.ip = c->host.ip,
		.result = result,
		.policy = hosttls_label(t->host.word, c->site),
		.tls = t->tls,
		.cert = t->cert,
		.text = t->text,
		.fd = c->fd };

	if (c->lead != NULL) {
		e.domain = c->lead->domain;
		e.from = c->lead->tls_from;
		e.sts = c->lead->sts;
		e.sts_id = c->lead->sts_id;
		e.sts_bad = is_bad(c->lead->sts_bad, c->host.name);
		if (t->host.word == SENDTLS_DANE) {
			e.mx_secure = c->lead->mx_secure;
			e.tlsa = records_text(c, tlsa);
		}
	}
	if (!t->told) {
		tlsevent_put(&e);
		conntrace_note(c, "TLS: %s %s", result,
		    t->tls[0] != '\0' ? t->tls : t->text);
	}
	t->told = 1;
}

static void __attribute__((format(printf, 3, 4)))
fail(struct sendconn *c, const char *word, const char *fmt, ...)
{
	struct conntls *t = c->tls;
	va_list ap;

	t->fail = word;
	va_start(ap, fmt);
	vsnprintf(t->text, sizeof t->text, fmt, ap);
	va_end(ap);
	tell(c, word);
}

/* who must have it tries another host; esc is a code and a blank */
static enum conntls_next
refuse(struct sendconn *c, const char *phase, const char *esc, int final,
    int is_remembered)
{
	char code[REPLY_ESC_MAX + 1];

	if (final && c->site->requiretls)
		esc = "5.7.10 ";
	snprintf(code, sizeof code, "%.*s", (int)strcspn(esc, " "), esc);
	if (is_remembered)
		tlsmemory_failed(c, c->tls->fail, esc, c->tls->text);
	say_refused(c, code, c->tls->text, "", final);
	blame(c, c->tls->fail);
	if (c->host.fail != NULL) {
		c->host.fail->cert = c->tls->cert;
		c->host.fail->phase = phase;
	}
	return CONNTLS_NEXT_HOST;
}

enum conntls_next
conntls_none(struct sendconn *c, const struct smtpout_event *ev)
{
	char said[REPLY_TEXT_MAX];
	int offered = ev->phase == SMTPOUT_STARTTLS;
	size_t n = reply_text(&ev->reply, said, sizeof said);

	if (offered)
		fail(c, hosttls_not_supported, "STARTTLS: %.*s", (int)n, said);
	else
		fail(c, hosttls_not_supported, "STARTTLS is not offered");
	if (c->tls->host.word != SENDTLS_MAY) {
		stream_write(&c->stream, "QUIT\r\n", 6);
		return refuse(c, smtpout_phase_name(ev->phase), "4.7.4 ",
		    !offered || ev->reply.code / 100 == 5, 1);
	}
	if (offered)
		tlsmemory_failed(c, c->tls->fail, "", c->tls->text);
	else
		tlsmemory_good(c);
	return CONNTLS_CLEAR;
}

static enum conntls_next
failed(struct sendconn *c, enum tls_failure failure, const char *why)
{
	const struct tls_info *info = tls_info(&c->stream);
	enum tls_verdict verdict = TLS_V_NONE;
	const char *phase = connphase(c);

	int may = c->tls->host.word == SENDTLS_MAY;
	/* what is our own says nothing of the host */
	int ours = failure == TLS_OURS || failure == TLS_KEY ||
	    (c->tls->host.demand.mode == TLS_PKIX && c->tls->try != NULL &&
		c->tls->try->anchors == NULL);

	tlsresume_drop(c);
	calm(c->tls);
	c->tls->tls[0] = '\0';
	if (info != NULL && info->judged != NULL)
		verdict = info->judged->verdict;
	c->tls->cert = verify_word(verdict);
	fail(c, hosttls_result(failure, verdict), "%s", why);
	if (!may)
		return refuse(c, phase, "4.7.5 ",
		    !ours && hosttls_is_final(failure), !ours);
	if (!ours)
		tlsmemory_failed(c, c->tls->fail, "", c->tls->text);
	return CONNTLS_AGAIN;
}

enum conntls_next
conntls_lost(struct sendconn *c, const char *why)
{
	return failed(c, TLS_CUT, why);
}

/* all that is wanted for a handshake now */
static const struct tls_target *
target(struct sendconn *c)
{
	struct tls_target *t = &c->tls->host.target;
	struct conntls_try *try = calloc(1, sizeof *try);
	int64_t wall_us = clock_wall_us();

	if (try == NULL)
		die(EXIT_TEMP, "out of memory");
	c->tls->try = try;
	t->now_s = wall_us / 1000000;
	if (c->share->anchors != NULL)
		try->anchors = anchorfile_current(c->share->anchors,
		    clock_mono_ms(), wall_us);
	if (try->anchors != NULL)
		anchors_ref(try->anchors);
	t->anchors = try->anchors;
	conncert_hold(c, try, t);
	tlsresume_find(c, t->now_s);
	return t;
}

enum conntls_next
conntls_begin(struct sendconn *c, const struct smtpout_event *ev)
{
	if ((ev != NULL && ev->noise_len > 0) || stream_pending(&c->stream) > 0)
		return conntls_lost(c, "spoken before the handshake");
	c->shaking_ms = clock_mono_ms();
	if (tls_client_start(&c->stream, target(c)) == -1)
		return failed(c, TLS_OURS, tls_unable(errno));
	stream_want(&c->stream, LOOP_READ | LOOP_WRITE);
	return CONNTLS_WAIT;
}

enum conntls_next
conntls_settled(struct sendconn *c)
{
	enum tls_failure failure = tls_failure(&c->stream);
	char text[TLS_TEXT_MAX], why[TLS_TEXT_MAX + 16];
	const struct tls_info *info = tls_info(&c->stream);

	if (failure != TLS_FINE) {
		snprintf(why, sizeof why, "handshake: %s",
		    tls_why(&c->stream, text));
		return failed(c, failure, why);
	}
	if (!tls_up(&c->stream))
		return CONNTLS_WAIT;
	c->tls_ms = (uint32_t)(clock_mono_ms() - c->shaking_ms);
	c->tls->cert = verify_word(tlsresume_keep(c, info));
	settle(c->tls);
	snprintf(c->tls->tls, sizeof c->tls->tls, "%.71s",
	    tls_text(&c->stream, text));
	stream_want(&c->stream, LOOP_READ);
	return CONNTLS_SECURED;
}

void
conntls_stands(struct sendconn *c)
{
	if (c->tls == NULL || !c->s.secured)
		return;
	calm(c->tls);
	/* a login may yet be refused */
	if (smtpout_phase(&c->s) != SMTPOUT_AUTH)
		tlsmemory_good(c);
	tell(c, "ok");
}

int
conntls_is_enough(struct sendconn *c)
{
	if (c->tls == NULL || !c->site->requiretls ||
	    (c->s.ext & EXTENSION_REQUIRETLS))
		return 1;
	tlsmemory_failed(c, "-", "5.7.30 ", "it is not offered");
	say_refused(c, "5.7.30", "it is not offered", "", 1);
	return 0;
}

void
conntls_result(const struct sendconn *c, const struct sendtxn *t,
    struct sendresult *r)
{
	const struct conntls *tls = c->tls;

	enum sendtls word =
	    tls != NULL ? tls->host.word : hosttls_policy(c->site, &c->host);

	r->tls_policy = hosttls_label(word, c->site);
	if (word == SENDTLS_DANE)
		r->mx_secure = t->mx_secure;
	r->tls_from = t->tls_from;
	if (t == c->lead) {
		if (c->host.fail != NULL) {
			r->tls_fail = c->host.fail->tls;
			r->tls_cert = c->host.fail->cert;
			if (c->host.fail->policy != NULL)
				r->tls_policy = c->host.fail->policy;
		}
		return;
	}
	r->tls = "none";
	if (tls == NULL)
		return;
	if (tls->tls[0] != '\0')
		r->tls = tls->tls;
	r->tls_cert = tls->cert;
	r->tls_fail = tls->fail;
	r->tls_text = tls->text;
}

int
conntls_is_missed(struct sendconn *c, const struct reply *re)
{
	/* RFC 3207 section 4 */
	if (re->code != 530 || c->tls == NULL || c->s.secured ||
	    c->tls->fail == NULL)
		return 0;
	tlsmemory_good(c);
	return 1;
}
