#ifndef TESTS_PUMP_H
#define TESTS_PUMP_H

#include "smtp/smtpin.h"
#include "tap.h"
#include <stdlib.h>

/*
 * A session as text: what comes in; and what came out, an item for each
 * event: its letter, what it carries, the code of the reply.
 *   H helo, M mail, R rcpt, D data, B bytes (joined), E end, X reset,
 *   Q quit, A login (what was sent: of it (), if something was), K cancelled,
 *   S STARTTLS, C XCLIENT, - other reply; a final ! when the session is over,
 *   * when TLS is next, (n) behind a reply that is said n times
 */
static struct smtpin_config config;
/* what sessions offer, and what is said to SMTPIN_DATA; NULL: yes */
static uint32_t offer = EXTENSION_SERVED;
static const struct smtpin_reply *to_data, *to_starttls;
/* and what they are */
static unsigned char tls, lmtp;

static void
add(char *out, const char *fmt, const char *p, size_t n)
{
	size_t at = strlen(out);

	snprintf(out + at, 65536 - at, fmt, (int)n, p);
}

/* logins of the test: more comes, a good one, a bad one by what is sent */
static const struct smtpin_reply *
login(const struct smtpin_event *ev)
{
	static const struct smtpin_reply none = { 504, "5.5.4", "none" },
					 more = { 334, NULL, "bW9yZQ==" },
					 wrong = { 535, "5.7.8", "wrong" },
					 later = { 454, "4.7.0", "later" };

	if (ev->arglen == 4 && memcmp(ev->arg, "NONE", 4) == 0)
		return &none;
	if (ev->data.p == NULL)
		return &more;
	if (ev->data.n == 4 && memcmp(ev->data.p, "good", 4) == 0)
		return NULL;
	if (ev->data.n == 4 && memcmp(ev->data.p, "late", 4) == 0)
		return &later;
	return ev->data.n == 8 ? &wrong : &more;
}

/* policy of the test: no@ is refused, later@ comes later */
static const struct smtpin_reply *
policy(const struct smtpin_event *ev, const char *body)
{
	static const struct smtpin_reply no = { 550, "5.7.1", "no" },
					 later = { 451, "4.3.0", "later" },
					 yes = { 250, "2.0.0", "yes" },
					 anew = { 220, NULL, "anew" };

	if (ev->kind == SMTPIN_DATA)
		return to_data;
	if (ev->kind == SMTPIN_AUTH)
		return login(ev);
	if (ev->kind == SMTPIN_STARTTLS)
		return to_starttls;
	if (ev->kind == SMTPIN_XCLIENT)
		return ev->arglen == 3 ? &anew : NULL;
	if (ev->kind == SMTPIN_DONE)
		return strstr(body, "refuse me") ? &no
		    : strstr(body, "later me")   ? &later
						 : &yes;
	if (ev->address.len > 3 && memcmp(ev->address.text, "no@", 3) == 0)
		return &no;
	if (ev->address.len > 6 && memcmp(ev->address.text, "later@", 6) == 0)
		return &later;
	return NULL;
}

static void
is_config(void)
{
	config.size_max = 1000;
	config.rcpt_max = 3;
	config.errors_max = 10;
	is_num(smtpin_config_init(&config, "mx.example.org"), 0, "config");
}

static void
show_address(char *out, const struct smtpin_event *ev, char letter)
{
	static const char *const format[] = { [EXTENSION_P_RET] = " ret=%.*s",
		[EXTENSION_P_ENVID] = " envid=%.*s",
		[EXTENSION_P_SMTPUTF8] = " utf8%.*s",
		[EXTENSION_P_REQUIRETLS] = " requiretls%.*s",
		[EXTENSION_P_AUTH] = " auth=%.*s",
		[EXTENSION_P_MTPRIORITY] = " priority=%.*s",
		[EXTENSION_P_HOLDFOR] = " holdfor=%.*s",
		[EXTENSION_P_HOLDUNTIL] = " holduntil=%.*s",
		[EXTENSION_P_BY] = " by=%.*s",
		[EXTENSION_P_NOTIFY] = " notify=%.*s",
		[EXTENSION_P_ORCPT] = " orcpt=%.*s" };
	char t[2] = { letter, '\0' };
	unsigned i;

	add(out, "%.*s<", t, 1);
	add(out, "%.*s>", ev->address.text, ev->address.len);
	if (ev->size > 0)
		add(out, "%.*s", " size", 5);
	if (ev->eight)
		add(out, "%.*s", " eight", 6);
	for (i = EXTENSION_P_RET; i < EXTENSION_PARAMS; i++)
		if (ev->param[i].p != NULL)
			add(out, format[i], ev->param[i].p, ev->param[i].n);
}

static char *
strrstr(char *s, const char *what)
{
	char *last = NULL;

	for (; (s = strstr(s, what)) != NULL; s++)
		last = s;
	return last;
}

/* a session that has just come */
static void
fresh(struct smtpin *s)
{
	memset(s, 0, sizeof *s);
	s->offer = offer;
	s->taken = offer & EXTENSION_AUTH;
	s->tls = tls;
	s->lmtp = lmtp;
}

/* what is left of the input; in pieces of step bytes, 0: random ones */
static size_t
pump(struct smtpin *s, const char *text, size_t n, size_t step, char *out)
{
	static const char letters[] = { [SMTPIN_REPLY] = '-',
		[SMTPIN_DATA] = 'D',
		[SMTPIN_DONE] = 'E',
		[SMTPIN_RESET] = 'X',
		[SMTPIN_QUIT] = 'Q',
		[SMTPIN_CANCEL] = 'K',
		[SMTPIN_STARTTLS] = 'S' };
	char *in = malloc(n + 1), code[32], *body = calloc(1, n + 2);
	size_t have = 0, off = 0, used;
	const struct smtpin_reply *r;
	struct smtpin_event ev;
	size_t last_body = 0;

	memcpy(in, text, n);
	out[0] = '\0';
	while (!smtpin_over(s) && !smtpin_tls_next(s)) {
		used = smtpin_feed(s, &config, in + off, have - off, &ev);
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			if (used > 0)
				continue;
			if (have == n)
				break;
			used = step > 0 ? step : 1 + (size_t)rand() % 7;
			have = n - have < used ? n : have + used;
			continue;
		}
		r = ev.reply;
		if (ev.kind == SMTPIN_BODY) {
			if (last_body != strlen(out) || last_body == 0)
				add(out, "%.*sB:", "", 0);
			add(out, "%.*s", ev.arg, ev.arglen);
			strncat(body, ev.arg, ev.arglen);
			last_body = strlen(out);
			continue;
		}
		/* bytes of a message that is then refused: how many came
		 * out before depends on the pieces */
		if (ev.kind == SMTPIN_RESET && last_body == strlen(out) &&
		    last_body > 0)
			*strrstr(out, "B:") = '\0';
		switch (ev.kind) {
		case SMTPIN_HELO: add(out, "H:%.*s", ev.arg, ev.arglen); break;
		case SMTPIN_MAIL: show_address(out, &ev, 'M'); break;
		case SMTPIN_RCPT: show_address(out, &ev, 'R'); break;
		case SMTPIN_AUTH:
			add(out, "A:%.*s", ev.arg, ev.arglen);
			if (ev.data.p != NULL)
				add(out, "(%.*s)", ev.data.p, ev.data.n);
			break;
		case SMTPIN_XCLIENT:
			add(out, "C:%.*s", ev.arg, ev.arglen);
			break;
		default: add(out, "%.*s", &letters[ev.kind], 1);
		}
		if (smtpin_asked(s) != SMTPIN_MORE)
			r = smtpin_answer(s, &config, policy(&ev, body));
		if (ev.kind == SMTPIN_DONE)
			body[0] = '\0';
		/* 0: nothing is said now */
		if (smtpin_times(s) > 1)
			snprintf(code, sizeof code, " %u(%u)|", r->code,
			    (unsigned)smtpin_times(s));
		else
			snprintf(code, sizeof code, " %u%s",
			    r == NULL ? 0 : r->code,
			    smtpin_over(s)           ? "!"
				: smtpin_tls_next(s) ? "*"
						     : "|");
		add(out, "%.*s", code, strlen(code));
	}
	free(in);
	free(body);
	return n - off;
}

#define HELO "EHLO me\r\n"
#define H "H:me 250|"
static void
run(const char *name, const char *in, size_t n, const char *want)
{
	static char out[65536], label[128];
	size_t steps[] = { n + 1, 1, 2, 3, 0, 0 }, left, first = 0, i;
	struct smtpin s, one = { 0 };

	for (i = 0; i < sizeof steps / sizeof *steps; i++) {
		fresh(&s);
		left = pump(&s, in, n, steps[i], out);
		snprintf(label, sizeof label, "%s, step %zu", name, steps[i]);
		is_str(out, want, label);
		if (i == 0) {
			one = s;
			first = left;
		} else {
			is_num(left, first, "the same is left");
			is_num(memcmp(&s, &one, sizeof s), 0, "the same state");
		}
	}
}

/* the same of a text */
static inline void
says(const char *name, const char *in, const char *want)
{
	run(name, in, strlen(in), want);
}

#endif
