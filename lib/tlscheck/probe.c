#include "tlscheck/probe.h"
#include "base/clock.h"
#include "base/random.h"
#include "smtp/extension.h"
#include "tls/talk.h"
#include "tlscheck/hello.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* one dialogue at a time */
struct run {
	const struct probe *p;
	struct talk talk;
	unsigned lost;          /* questions that could not be asked */
	char why[TALK_WHY_MAX]; /* of the last of them */
};

static void say(struct run *, enum dnscheck_grade, const char *topic,
    const char *, ...) __attribute__((format(printf, 4, 5)));

static void
say(struct run *run, enum dnscheck_grade grade, const char *topic,
    const char *fmt, ...)
{
	char subject[DNSCHECK_SUBJECT_MAX], text[DNSCHECK_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(subject, sizeof subject, "%s %s", run->p->said.where, topic);
	dnscheck_say(run->p->said.report, grade, subject, "%s", text);
}

/* up to where TLS begins */

static int
said_ehlo(struct run *run, uint32_t *offers)
{
	char line[sizeof "EHLO \r\n" + DNSQ_NAME_MAX + 1];
	struct extension_said said = { 0 };
	const char *text;
	struct reply r;
	size_t at = 0, n;

	snprintf(line, sizeof line, "EHLO %s\r\n", run->p->helo);
	if (talk_say(&run->talk, line) == -1 ||
	    talk_expect(&run->talk, 2, &r) == -1)
		return -1;
	for (*offers = 0; reply_next(&r, &at, &text, &n) == 1;)
		*offers |= extension_scan(text, n, &said);
	return 0;
}

static int
open_talk(struct run *run)
{
	struct reply r;
	uint32_t offers;

	if (talk_dial(&run->talk, run->p->ip, run->p->ip_len, run->p->said.port,
		run->p->step_ms) == -1)
		return -1;
	if (!run->p->implicit &&
	    (talk_expect(&run->talk, 2, &r) == -1 ||
		said_ehlo(run, &offers) == -1))
		return -1;
	return 0;
}

/* it will be told that not all was asked */
static void
lose(struct run *run)
{
	run->lost++;
	memcpy(run->why, run->talk.why, sizeof run->why);
}

/* where the next byte is of TLS */
static int
open_tls(struct run *run)
{
	struct reply r;

	if (open_talk(run) == 0 &&
	    (run->p->implicit ||
		(talk_say(&run->talk, "STARTTLS\r\n") == 0 &&
		    talk_expect(&run->talk, 2, &r) == 0)))
		return 0;
	talk_close(&run->talk);
	lose(run);
	return -1;
}

static const char *
connect_advice(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "; nobody listens there: is the server up, and the port "
		       "right?";
	case ETIMEDOUT: return "; is the host up, and the port open for you?";
	case ENETUNREACH:
	case EHOSTUNREACH: return "; there is no way to it from here";
	default: return "";
	}
}

/* the first connection, of which each step is told: 0 when TLS can begin */
static int
first(struct run *run)
{
	char text[PROBE_GREETING_MAX];
	uint32_t offers;
	struct reply r;
	size_t n;

	if (talk_dial(&run->talk, run->p->ip, run->p->ip_len, run->p->said.port,
		run->p->step_ms) == -1) {
		say(run, DNSCHECK_BAD, "connect", "%s%s", run->talk.why,
		    connect_advice(run->talk.error));
		return -1;
	}
	if (run->p->implicit)
		return 0;
	if (talk_expect(&run->talk, 2, &r) == -1) {
		say(run, DNSCHECK_BAD, "connect",
		    "%s; without a greeting no mail comes in", run->talk.why);
		return -1;
	}
	n = reply_text(&r, text, sizeof text);
	say(run, DNSCHECK_GOOD, "connect", "%.*s", (int)n, text);
	if (said_ehlo(run, &offers) == -1) {
		say(run, DNSCHECK_BAD, "starttls", "no EHLO: %s",
		    run->talk.why);
		return -1;
	}
	if (!(offers & EXTENSION_STARTTLS)) {
		say(run, DNSCHECK_BAD, "starttls",
		    "not offered: mail comes in clear; give the server a "
		    "certificate");
		return -1;
	}
	if (talk_say(&run->talk, "STARTTLS\r\n") == -1 ||
	    talk_expect(&run->talk, 2, &r) == -1) {
		say(run, DNSCHECK_BAD, "starttls",
		    "offered, and not begun: %s; its log says why",
		    run->talk.why);
		return -1;
	}
	say(run, DNSCHECK_GOOD, "starttls", "offered");
	return 0;
}

/* a handshake of ours, as remote-send has it */

static const struct tls_demand any = { .mode = TLS_ANY };

static int
shake(struct run *run, const struct tls_session *resume)
{
	struct tls_target target = { .name = run->p->name,
		.demand = &any,
		.now_s = run->p->said.now_s,
		.resume = resume,
		.carry_on = 1 };

	return talk_tls(&run->talk, &target);
}

static void
good_bye(struct run *run)
{
	struct reply r;

	if (talk_say(&run->talk, "QUIT\r\n") == 0)
		(void)talk_reply(&run->talk, &r);
}

/* with a word to end TLS: who hears none may forget the session; where bytes
 * could not be written, none could be behind them */
static void
leave(struct run *run)
{
	if (stream_pending(&run->talk.stream) == 0)
		stream_end(&run->talk.stream);
	talk_close(&run->talk);
}

/* REQUIRETLS is offered under TLS only (RFC 8689 section 2) */
static void
extensions(struct run *run)
{
	uint32_t offers;

	if (said_ehlo(run, &offers) == -1)
		say(run, DNSCHECK_BAD, "ehlo", "none under TLS: %s",
		    run->talk.why);
	else
		say(run, DNSCHECK_GOOD, "requiretls", "%soffered",
		    offers & EXTENSION_REQUIRETLS ? "" : "not ");
}

/* where it comes under TLS */
static int
greeted(struct run *run)
{
	char text[PROBE_GREETING_MAX];
	struct reply r;

	if (!run->p->implicit)
		return 0;
	if (talk_expect(&run->talk, 2, &r) == -1) {
		say(run, DNSCHECK_BAD, "greeting",
		    "%s; without one no mail comes in", run->talk.why);
		return -1;
	}
	say(run, DNSCHECK_GOOD, "greeting", "%.*s",
	    (int)reply_text(&r, text, sizeof text), text);
	return 0;
}

/* 1: it came up, and session has what can be resumed, if has */
static int
ours(struct run *run, struct tls_session *session, int *has)
{
	const struct tls_info *i;

	if (shake(run, NULL) == -1) {
		say(run, DNSCHECK_BAD, "handshake", "%s", run->talk.why);
		talk_close(&run->talk);
		return 0;
	}
	i = tls_info(&run->talk.stream);
	say(run, DNSCHECK_GOOD, "handshake", "TLS 1.2, %s, %s", i->suite,
	    i->curve);
	*has = tls_session_get(&run->talk.stream, session) == 0;
	if (greeted(run) == 0) {
		extensions(run);
		good_bye(run);
	}
	leave(run);
	return 1;
}

static void
resumption(struct run *run, const struct tls_session *session, int has)
{
	int resumed = 0;

	if (has && open_tls(run) == 0) {
		if (shake(run, session) == 0)
			resumed = tls_info(&run->talk.stream)->resumed;
		leave(run);
	}
	say(run, DNSCHECK_GOOD, "resumption", "%s",
	    resumed ? "a session is resumed" : "no session is resumed");
}

/* what stands behind STARTTLS in the same packet must not count as said under
 * TLS (RFC 3207 section 6, CVE-2011-0411) */
static int
injected(struct run *run, int *is_known)
{
	struct reply r;
	uint32_t offers;

	*is_known = 1;
	if (talk_say(&run->talk, "STARTTLS\r\nNOOP\r\n") == -1 ||
	    talk_reply(&run->talk, &r) == -1 || r.code / 100 != 2)
		return 0;
	/* it may have answered the other one in clear, too */
	if (shake(run, NULL) == -1)
		return run->talk.error == EPROTO;
	*is_known = said_ehlo(run, &offers) == 0 &&
	    talk_say(&run->talk, "QUIT\r\n") == 0 &&
	    talk_reply(&run->talk, &r) == 0;
	return *is_known && r.code != 221;
}

static void
injection(struct run *run)
{
	int is_known, bad;

	if (run->p->implicit || open_talk(run) == -1) {
		talk_close(&run->talk);
		return;
	}
	bad = injected(run, &is_known);
	talk_close(&run->talk);
	if (!is_known)
		return;
	if (bad)
		say(run, DNSCHECK_BAD, "injection",
		    "a command behind STARTTLS is obeyed: whoever sits between "
		    "can put his words in front of others' (CVE-2011-0411); "
		    "get a newer server");
	else
		say(run, DNSCHECK_GOOD, "injection",
		    "what stands behind STARTTLS is not obeyed");
}

/* hellos */

/* the answer, all of it within the time of a step */
static void
hear(struct run *run, struct hello_answer *a)
{
	int64_t end_ms = clock_mono_ms() + run->p->step_ms;
	unsigned char bytes[HELLO_BYTES_MAX];
	ssize_t r = 1;

	while (r > 0 && a->state == HELLO_MORE) {
		r = talk_get(&run->talk, bytes, sizeof bytes, end_ms);
		if (r > 0)
			hello_read(a, bytes, (size_t)r);
	}
	/* who closes without a word refuses, too; who is late may mean to say
	 * yes */
	if (r == -1 && run->talk.error == ETIMEDOUT)
		lose(run);
}

static int
ask(struct run *run, unsigned version, const uint16_t *suites, size_t n,
    struct hello_answer *a)
{
	struct hello_ask q = { .version = version,
		.suites = suites,
		.n_suites = n,
		.name = run->p->name };
	unsigned char bytes[HELLO_BYTES_MAX];

	memset(a, 0, sizeof *a);
	if (open_tls(run) == -1)
		return -1;
	if (random_bytes(q.chance, sizeof q.chance) == 0 &&
	    talk_put(&run->talk, bytes, hello_make(&q, bytes)) == 0)
		hear(run, a);
	talk_close(&run->talk);
	return 0;
}

/* is it this version that the server takes with these suites? */
static int
takes(struct run *run, unsigned version, const uint16_t *suites, size_t n,
    struct hello_answer *a)
{
	return ask(run, version, suites, n, a) == 0 && a->state == HELLO_DONE &&
	    a->version == version;
}

/* with whatever kind of certificate it has: 1 when one came */
static int
certificate(struct run *run, unsigned kinds, const char *word)
{
	uint16_t suites[HELLO_SUITES_MAX];
	size_t n = hello_suites(kinds, suites);
	struct hello_answer a;
	int has = takes(run, HELLO_TLS12, suites, n, &a);

	if (has && (a.chain.n > 0 || a.chain.over))
		chainsaid(&run->p->said, word, &a.chain);
	hello_free(&a);
	return has;
}

static int
offers(struct run *run, unsigned version)
{
	unsigned kinds = version == HELLO_TLS13
	    ? HELLO_13
	    : HELLO_ECDSA | HELLO_RSA | HELLO_OTHER | HELLO_BROKEN;
	uint16_t suites[HELLO_SUITES_MAX];
	struct hello_answer a;
	int yes = takes(run, version, suites, hello_suites(kinds, suites), &a);

	hello_free(&a);
	return yes;
}

static void
versions(struct run *run, int has12)
{
	int has13 = offers(run, HELLO_TLS13), has10 = offers(run, HELLO_TLS10),
	    has11 = offers(run, HELLO_TLS11);

	has12 = has12 || offers(run, HELLO_TLS12);
	if (!has12 && !has13 && run->lost > 0)
		return;
	if (!has12 && !has13)
		say(run, DNSCHECK_BAD, "version", "%s",
		    has10 || has11 ? "older than TLS 1.2 only: get a newer "
				     "server (RFC 8996)"
				   : "none of TLS 1.0 to 1.3");
	else if (!has12)
		say(run, DNSCHECK_WARNING, "version",
		    "TLS 1.3 only: rohrpost, and others that have TLS 1.2, "
		    "cannot come in by TLS; take 1.2, too");
	else if (has10 || has11)
		say(run, DNSCHECK_WARNING, "version",
		    "TLS 1.2%s, and%s%s%s, too: turn off what is older than "
		    "1.2 (RFC 8996)",
		    has13 ? ", TLS 1.3" : "", has10 ? " TLS 1.0" : "",
		    has10 && has11 ? "," : "", has11 ? " TLS 1.1" : "");
	else
		say(run, DNSCHECK_GOOD, "version", "TLS 1.2%s",
		    has13 ? ", TLS 1.3" : "");
}

/* each that is taken, in the order in which the server chooses among those
 * that are left */
static void
each_suite(struct run *run, unsigned version, unsigned kinds,
    enum dnscheck_grade grade, const char *topic, const char *advice)
{
	uint16_t suites[HELLO_SUITES_MAX];
	size_t n = hello_suites(kinds, suites), i, len = 0;
	char text[DNSCHECK_TEXT_MAX];
	struct hello_answer a;
	int more = n > 0;

	for (text[0] = '\0'; more && n > 0;) {
		more = takes(run, version, suites, n, &a);
		for (i = 0; more && i < n && suites[i] != a.suite; i++)
			;
		/* one that was not offered */
		more = more && i < n;
		if (more && len < sizeof text)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s%s", len > 0 ? " " : "",
			    hello_suite_name(a.suite));
		if (more)
			memmove(suites + i, suites + i + 1,
			    (--n - i) * sizeof *suites);
		hello_free(&a);
	}
	if (text[0] != '\0')
		say(run, grade, topic, "%s%s", text, advice);
}

static void
suites(struct run *run)
{
	each_suite(run, HELLO_TLS13, HELLO_13, DNSCHECK_GOOD, "TLS 1.3 suites",
	    "");
	each_suite(run, HELLO_TLS12, HELLO_ECDSA | HELLO_RSA, DNSCHECK_GOOD,
	    "TLS 1.2 suites", "");
	each_suite(run, HELLO_TLS12, HELLO_OTHER, DNSCHECK_WARNING,
	    "other suites",
	    ": without ECDHE, of which few senders have need (RFC 9325 "
	    "section 4.2)");
	each_suite(run, HELLO_TLS12, HELLO_BROKEN, DNSCHECK_BAD, "weak suites",
	    ": turn them off (RFC 9325 section 4.1)");
}

static void
all_of_it(struct run *run)
{
	struct tls_session session;
	int has = 0, up, certs;

	if (first(run) == -1) {
		talk_close(&run->talk);
		return;
	}
	up = ours(run, &session, &has);
	certs = certificate(run, HELLO_ECDSA, "ECDSA");
	certs |= certificate(run, HELLO_RSA, "RSA");
	if (!certs)
		certs = certificate(run, HELLO_OTHER, "RSA");
	versions(run, certs || up);
	if (run->p->each)
		suites(run);
	if (up) {
		resumption(run, &session, has);
		injection(run);
	}
}

void
probe(const struct probe *p)
{
	struct run run = { .p = p };

	all_of_it(&run);
	if (run.lost > 0)
		say(&run, DNSCHECK_WARNING, "questions",
		    "%u could not be asked, so not all of this may be true: "
		    "%s; does it let you in so often?",
		    run.lost, run.why);
}
