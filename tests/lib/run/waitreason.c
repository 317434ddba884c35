/* what queue-run keeps of a domain's last `later', and what it shows */
#include "base/clock.h"
#include "run/run.h"
#include "tap.h"
#include <stdlib.h>

static struct run r = { .stopping = 1, .chain.next_name = "route" };
static char id[NAME_LEN + 1];

static const char *
text(uint32_t domain)
{
	static char t[512];
	size_t n;
	const char *p = waitreason_of(&r, domain, &n);

	if (p == NULL)
		return "(none)";
	memcpy(t, p, n);
	t[n] = '\0';
	return t;
}

static void
later(uint32_t domain, const char *s)
{
	struct ltsv_field f = { "text", s, 4, strlen(s) };

	waitreason_set(&r, domain, s[0] == '\0' ? NULL : &f);
}

static const char *
shown(uint32_t m)
{
	static struct buf b;

	buf_clear(&b);
	if (show_message(&r, m, &b) == -1)
		return "(no memory)";
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static uint32_t
message(unsigned n)
{
	uint32_t m, i;

	name_make(id, 1700000000000000, 7, 3);
	m = schedule_message(&r.s, id, "t", 1, 5, 0);
	for (i = 0; i < n; i++)
		schedule_rcpt(&r.s, m, i, i == 0 ? "a.example" : "b.example",
		    9);
	return m;
}

static void
check_said(uint32_t a, uint32_t b)
{
	char longer[400];

	is_str(text(a), "(none)", "nothing said yet");
	later(a, "limit of the day");
	is_str(text(a), "limit of the day", "the text");
	is_str(text(b), "(none)", "of this domain only");
	later(a, "");
	is_str(text(a), "(none)", "the last one had none");
	memset(longer, 'x', sizeof longer);
	memcpy(longer + 223, "\\n", 2);
	longer[399] = '\0';
	later(a, longer);
	is_num(strlen(text(a)), 223, "cut before an escape");
	memcpy(longer + 221, "\\x1b", 4);
	later(a, longer);
	is_num(strlen(text(a)), 221, "the same of four bytes");
	later(a, "try \\t later");
	is_str(text(a), "try \\t later", "escaped as it came");
}

int
main(void)
{
	char want[600];
	struct schedule_rcpt *p;
	uint32_t m;

	schedule_init(&r.s, 100);
	m = message(2);
	p = r.s.rcpt;
	check_said(p[0].domain, p[1].domain);

	snprintf(want, sizeof want, "id:%s\tn:0\nid:%s\tn:1\n", id, id);
	is_str(shown(m), want, "nothing to do for two");
	schedule_wait(&r.s, 0, 0, clock_mono_ms(), 0);
	schedule_wait(&r.s, 1, clock_mono_ms() + 3600000, clock_mono_ms(), 0);
	p[1].flags = RUN_DOUBT;
	snprintf(want, sizeof want,
	    "id:%s\tn:0\twhere:ready\n"
	    "id:%s\tn:1\twhere:waiting\tnext:",
	    id, id);
	ok(strncmp(shown(m), want, strlen(want)) == 0, "ready, and waiting");
	ok(strstr(shown(m), "\tdoubt:1\n") != NULL, "its outcome is unknown");
	ok(strstr(shown(m), "later:") == NULL, "nobody said later to it");
	p[0].flags = RUN_LATER | RUN_HOLD;
	snprintf(want, sizeof want,
	    "id:%s\tn:0\twhere:ready\t"
	    "later:try \\t later\torder:hold\n",
	    id);
	ok(strncmp(shown(m), want, strlen(want)) == 0, "later, and an order");
	schedule_learn(&r.s, p[0].domain, "mx", 2);
	schedule_hold(&r.s, p[0].domain, 3, clock_mono_ms() + 60000);
	snprintf(want, sizeof want,
	    "id:%s\tn:0\twhere:ready\tsite:mx\t"
	    "room:3\tsite-next:",
	    id);
	ok(strncmp(shown(m), want, strlen(want)) == 0, "its site");
	schedule_free(&r.s);
	return done();
}
