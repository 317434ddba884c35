/* what came back: whatever it is, it is read within its bytes, names no more
 * than there may be, on one line each, and ends in events of the log's form,
 * in time that its length bounds */
#include "chain/event.h"
#include "feedback/feedevent.h"
#include "feedback/snsread.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct failuretable classes;
static struct token_keys keys;

static void
start(void)
{
	static const char key[] = "AAECAwQFBgcICQoLDA0ODw\n";
	static int started;

	if (started)
		return;
	started = 1;
	failuretable_open(&classes, NULL);
	if (token_keys_parse(&keys, key, sizeof key - 1) != 0)
		abort();
}

/* text of a report is one line of UTF-8 or its bytes, cut, with its end */
static void
look_rcpt(const struct feedreport_rcpt *r)
{
	if (r->text_len > FEEDREPORT_TEXT_MAX ||
	    strlen(r->text) != r->text_len ||
	    strlen(r->address) > FEEDREPORT_ADDRESS_MAX ||
	    strlen(r->action) > FEEDREPORT_WORD_MAX || strlen(r->esc) > 11 ||
	    strchr(r->text, '\n') != NULL || strchr(r->address, '\n') != NULL)
		abort();
}

static void
look_lines(const struct buf *lines)
{
	const char *p = buf_data(lines), *end = p + buf_len(lines), *lf;
	struct ltsv l;

	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL || lf - p >= EVENT_LINE_MAX ||
		    ltsv_parse(p, lf - p, &l) == -1 ||
		    ltsv_find(&l, "eid") == NULL)
			abort();
	}
}

static void
events(const struct mailread *m, const char *p, size_t n)
{
	static const char to[] = "b-aujl-k3x9-u7zn6k5v5cwhqgrp@r.example";
	struct tie_facts facts = { .keys = &keys,
		.today = 20779,
		.days = 60,
		.address = { to, sizeof to - 1 },
		.unsubscribe = 1 };
	struct conffeedback address = { .kind = CONFFEEDBACK_UNSUBSCRIBE };
	struct tie t;
	struct feedevent e = { .mail = m,
		.message = p,
		.n = n,
		.tie = &t,
		.address = &address,
		.came_to = facts.address,
		.classes = &classes,
		.unsubscribe = 1 };
	struct buf lines = { 0 };

	tie(&t, &facts, m);
	/* nobody but who has the key names a recipient */
	if (t.token.rcpt[0] != '\0')
		abort();
	if (feedevent_put(&lines, &e) == FEEDEVENT_UNREAD)
		feedevent_kept(&lines, &e, NULL, "x");
	look_lines(&lines);
	buf_free(&lines);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *copy = malloc(n + 1);
	struct mailread *m = calloc(1, sizeof *m);
	size_t i;

	start();
	memcpy(copy, data, n);
	if (mailread(m, copy, n, n % 3 - 1) == -1)
		abort();
	if (m->report.n > FEEDREPORT_RCPTS_MAX)
		abort();
	for (i = 0; i < m->report.n; i++)
		look_rcpt(&m->report.rcpt[i]);
	events(m, copy, n);
	mailread_free(m);
	/* a notice in JSON begins with it: most messages never get there */
	snsread(&m->report, (struct slice){ copy, n });
	feedreport_free(&m->report);
	free(m);
	free(copy);
	return 0;
}
