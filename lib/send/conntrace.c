#include "send/conntrace.h"
#include "chain/event.h"
#include "send/traceorder.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct conntrace {
	uint64_t number; /* of those that are told */
	int64_t begun_ms;
	unsigned lines;
};

static void
put(struct sendconn *c, const char *dir, const char *text, size_t n)
{
	struct conntrace *t = c->trace;

	if (++t->lines > CONNTRACE_LINES)
		return;
	event_begin("trace");
	event_num("conn", t->number);
	event_num("ms", (uint64_t)(clock_mono_ms() - t->begun_ms));
	if (t->lines == 1 && c->site->name != NULL)
		event_puts("site", c->site->name);
	if (c->host.name != NULL) {
		event_puts("host", c->host.name);
		event_puts("ip", c->host.ip);
	}
	event_puts("dir", dir);
	if (t->lines == CONNTRACE_LINES)
		event_puts("text", "the rest is not told");
	else
		event_put("text", text,
		    n < CONNTRACE_TEXT ? n : CONNTRACE_TEXT);
	event_end();
}

void
conntrace_note(struct sendconn *c, const char *fmt, const char *a,
    const char *b)
{
	char text[CONNTRACE_TEXT + 1];

	if (c->trace == NULL)
		return;
	snprintf(text, sizeof text, fmt, a, b);
	put(c, "-", text, strlen(text));
}

void
conntrace_begin(struct sendconn *c)
{
	const char *const fact[TRACEORDER_WORDS] = { c->site->name,
		c->host.name, c->host.ip,
		c->lead == NULL ? NULL : c->lead->domain };
	struct traceorders *o = c->share->orders;
	char port[48], from[DIAL_TEXT_MAX];

	if (o == NULL)
		return;
	conntrace_end(c);
	traceorder_look(o, clock_mono_ms());
	if (!traceorder_take(o, fact))
		return;
	c->trace = calloc(1, sizeof *c->trace);
	if (c->trace == NULL)
		return;
	c->trace->number = ++c->share->n_traces;
	c->trace->begun_ms = clock_mono_ms();
	dial_text(c->host.kind == DIAL_V6 ? &c->site->bind6 : &c->site->bind,
	    from);
	snprintf(port, sizeof port, "%u%s", c->host.port,
	    c->site->relay_kind == RELAYOUT_SOCKS ? ", through SOCKS5"
		: c->site->relay_kind == RELAYOUT_PROXY
		? ", through a PROXY relay"
		: "");
	conntrace_note(c, "connect to port %s%s", port, "");
	if (from[0] != '\0')
		conntrace_note(c, "from %s%s", from, "");
}

/* whole lines, without their ends; the last may have none */
static void
lines(struct sendconn *c, const char *dir, const char *p, size_t n)
{
	const char *end = p + n, *e;
	size_t len;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', (size_t)(end - p));
		if (e == NULL)
			e = end;
		len = (size_t)(e - p);
		put(c, dir, p, len > 0 && p[len - 1] == '\r' ? len - 1 : len);
	}
}

/* as long as a login goes on none of it is told */
static int
is_secret(const struct sendconn *c)
{
	return c->s.auth != NULL;
}

void
conntrace_out(struct sendconn *c, const char *p, size_t n)
{
	if (c->trace == NULL || n == 0)
		return;
	if (is_secret(c))
		put(c, ">", "(login)", 7);
	else
		lines(c, ">", p, n);
}

void
conntrace_in(struct sendconn *c, const char *p, size_t n)
{
	if (c->trace == NULL || n == 0)
		return;
	if (is_secret(c) && p[0] == '3')
		put(c, "<", "334 (login)", 11);
	else
		lines(c, "<", p, n);
}

void
conntrace_message(struct sendconn *c, const struct sendtxn *t)
{
	char text[CONNTRACE_TEXT + 1];

	if (c->trace == NULL)
		return;
	snprintf(text, sizeof text, "%s(message %.64s, %llu bytes)",
	    c->s.bdat ? "BDAT " : "", t->id, (unsigned long long)t->size);
	put(c, ">", text, strlen(text));
}

void
conntrace_end(struct sendconn *c)
{
	if (c->trace == NULL)
		return;
	conntrace_note(c, "%s%s", "closed", "");
	free(c->trace);
	c->trace = NULL;
}
