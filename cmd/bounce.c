/*
 * bounce - tell senders what became of their mail: makes delivery reports
 * and hands them to a receiving chain
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/random.h"
#include "bounce/report.h"
#include "chain/event.h"
#include "chain/injector.h"
#include "chain/link.h"
#include "conf/hostname.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "conf/conffeedback.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ORIGINAL_DEFAULT = 65536, /* a whole message up to this size */
	STOP_MS = 1500,           /* for receipts when the input ends */
	TEXT_MAX = 512,
	COPY_ID_MAX = 64, /* of a longer one the log says nothing */
	PATH_LEN_MAX = 4096
};

static const char usage[] =
    "bounce [-C confdir] [-s bytes] [-w name | next ...]";

/* how a request stands */
struct asked {
	int second;                 /* the sender cannot be told */
	int copied;                 /* whoever gets a copy has it, */
	char copy[COPY_ID_MAX + 1]; /* under this id */
};

/* one whose report, or the copy before it, waits for its receipt */
struct waiting {
	size_t line_len;
	struct asked asked;
	int is_copy;
	char line[];
};

static struct link chain;
static struct injector inject;
static struct loop_timer stop_timer;
static struct buf out;
static char me[HOSTNAME_MAX + 1], second[2 * HOSTNAME_MAX + 2];
static uint64_t original_max = ORIGINAL_DEFAULT;
static int closing, holding;
static struct table table, programs;
static struct failuretable failures;
static const struct lookup words = { tablelookup_get_open, &table },
			   feedback = { tablelookup_get_open, &programs };

/*
 * Answers
 */
static void
answer(const char *line, size_t n, const char *status, const char *copy,
    const char *label, const char *text, size_t len)
{
	static const char *const labels[] = { "id", "kind", "n" };
	const struct ltsv_field *f;
	struct ltsv l;
	size_t i;

	buf_clear(&out);
	ltsv_parse(line, n, &l);
	for (i = 0; i < sizeof labels / sizeof *labels; i++)
		if ((f = ltsv_find(&l, labels[i])) != NULL)
			needs(ltsv_copy(&out, f));
	needs(ltsv_puts(&out, "status", status));
	if (copy[0] != '\0')
		needs(ltsv_puts(&out, "copy", copy));
	needs(ltsv_put(&out, label, text, len < TEXT_MAX ? len : TEXT_MAX));
	needs(ltsv_end(&out));
	link_up(&chain, buf_data(&out), buf_len(&out));
}

static void
say(const char *line, size_t n, const char *status, const char *text)
{
	answer(line, n, status, "", "text", text, strlen(text));
}

static void
adjust_hold(void)
{
	int full = injector_full(&inject);

	if (full && !holding)
		link_hold(&chain);
	else if (!full && holding)
		link_release(&chain);
	holding = full;
}

static void request_line(const char *, size_t, struct asked);

/* the report itself comes behind the copy: so it is made once, whatever fails */
static void
on_copied(struct waiting *w, enum receipt_kind kind, const char *text, size_t n)
{
	if (kind == RECEIPT_TEMP || closing) {
		say(w->line, w->line_len, "later", "no copy could be queued");
		return;
	}
	w->asked.copied = 1;
	if (kind == RECEIPT_PERM)
		warn("copy refused: %.*s", (int)n, text);
	else if (n <= COPY_ID_MAX)
		memcpy(w->asked.copy, text, n);
	request_line(w->line, w->line_len, w->asked);
}

static void
on_receipt(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct waiting *w = arg;

	if (w->is_copy) {
		on_copied(w, kind, text, n);
	} else if (kind == RECEIPT_OK) {
		answer(w->line, w->line_len, "queued", w->asked.copy, "newid",
		    text, n);
	} else if (kind == RECEIPT_PERM && !w->asked.second && !closing) {
		w->asked.second = 1;
		request_line(w->line, w->line_len, w->asked);
	} else {
		answer(w->line, w->line_len, "later", "", "text", text, n);
	}
	free(w);
	adjust_hold();
	if (closing && injector_idle(&inject))
		link_close_down(&chain);
}

/*
 * Requests
 */
static int64_t
get_time(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	int64_t ms;

	if (f == NULL || num_scan_time(f->value, f->value_len, &ms) == -1)
		return 0;
	return ms / 1000;
}

/* to: who gets a copy, or NULL for the report itself */
static void
hand_over(struct report *r, const char *line, size_t n, struct asked asked,
    const struct buf *to)
{
	struct injector_parcel *p = need(calloc(1, sizeof *p));
	struct waiting *w = need(malloc(sizeof *w + n));
	const struct ltsv_field *id;
	struct ltsv l;

	memcpy(w->line, line, n);
	w->line_len = n;
	w->asked = asked;
	w->asked.second |= r->out.d.second;
	w->is_copy = to != NULL;
	needs(to != NULL ? report_copy(r, to, &p->item.env, &p->item.text)
			 : report_parcel(r, &p->item.env, &p->item.text,
			       &p->off, &p->len, &p->item.after));
	/* the log joins the two messages by it */
	ltsv_parse(line, n, &l);
	id = ltsv_find(&l, "id");
	needs(parcel_put(&p->item.env, "of", id->value, id->value_len));
	if (p->len > 0)
		p->path = r->ask->path;
	p->done = on_receipt;
	p->arg = w;
	injector_send(&inject, p);
	adjust_hold();
}

/* is the sender read by a program, as those return paths are that name a
 * recipient?  It has the events already, and nobody takes the report; who gets copies has them */
static void
report_people(struct report *r, const char *line, size_t n, struct asked asked)
{
	static const char events[] = "the sender's reports are events";
	const char *to = r->out.d.to;
	struct conffeedback c;

	if (conffeedback_look(&feedback, to, strlen(to), &c) == -1)
		say(line, n, "later", "the table feedback is damaged");
	else if (c.kind != CONFFEEDBACK_NONE)
		answer(line, n, "dropped", asked.copy, "text", events,
		    strlen(events));
	else
		hand_over(r, line, n, asked, NULL);
}

static void
make_report(struct report *r, const char *line, size_t n, struct asked asked)
{
	struct buf to = { 0 };
	int k = asked.copied ? 0 : report_copies(r, &to);

	needs(k == 1 ? -1 : 0);
	if (k == -1)
		say(line, n, "later", "the table bounces is damaged");
	else if (buf_len(&to) > 0)
		hand_over(r, line, n, asked, &to);
	else
		report_people(r, line, n, asked);
	buf_free(&to);
}

/* nobody will hear of it: the log must have it */
static void
lost(const char *line, size_t n, const char *why, const char *text)
{
	struct ltsv l;

	ltsv_parse(line, n, &l);
	event_begin("unreported");
	event_copy(ltsv_find(&l, "id"));
	event_copy(ltsv_find(&l, "kind"));
	event_copy(ltsv_find(&l, "n"));
	event_puts("why", why);
	event_puts("text", text);
	event_end();
	say(line, n, "dropped", text);
}

static void
report(const struct report_ask *a, const char *line, size_t n,
    struct asked asked)
{
	struct report r;
	const char *why;

	switch (report_read(&r, a, &why)) {
	case REPORT_MAKE: make_report(&r, line, n, asked); break;
	case REPORT_DROP: say(line, n, "dropped", why); break;
	case REPORT_LOST: lost(line, n, "double", why); break;
	case REPORT_FORGED: lost(line, n, why, "the sender is forged"); break;
	case REPORT_LATER: say(line, n, "later", why); break;
	case REPORT_MEMORY: needs(-1);
	}
	report_free(&r);
}

/* what is asked for; NULL, or what is wrong with it */
static const char *
read_request(const struct ltsv *l, struct report_ask *a)
{
	const struct ltsv_field *kind = ltsv_find(l, "kind"),
				*n = ltsv_find(l, "n");
	int action =
	    kind == NULL ? -1 : report_action(kind->value, kind->value_len);

	if (action == -1)
		return "unknown kind";
	if (n == NULL)
		return "the request names no recipients of the message";
	a->action = action;
	a->list = n->value;
	a->list_len = n->value_len;
	a->birth = get_time(l, "birth");
	a->expire = get_time(l, "expire");
	a->now = clock_wall_s();
	a->me = me;
	a->second = second;
	a->original_max = original_max;
	return NULL;
}

/* p, n: a line that is a request, at the least by its id */
static void
request_line(const char *p, size_t n, struct asked asked)
{
	char path[PATH_LEN_MAX], name[RETURNED_NAME_LEN + 1];
	struct report_ask a = { .path = path,
		.name = name,
		.words = &words,
		.failures = &failures,
		.to_second = asked.second };
	const char *wrong;
	struct ltsv l;

	if (table.path != NULL)
		table_check(&table);
	ltsv_parse(p, n, &l);
	wrong = read_request(&l, &a);
	if (wrong == NULL && ltsv_get(&l, "file", path, sizeof path) == -1)
		wrong = "no file, or its name is too long";
	if (random_hex(name, RETURNED_NAME_LEN) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	if (wrong != NULL)
		say(p, n, "later", wrong);
	else
		report(&a, p, n, asked);
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	size_t used = link_line(p, n);
	struct ltsv l;

	(void)k;
	if (used == 0)
		return 0;
	if (ltsv_parse(p, used, &l) == -1 || ltsv_find(&l, "id") == NULL)
		warn("request is none");
	else
		request_line(p, used, (struct asked){ 0 });
	return used;
}

/* no receipt yet: it may have been queued, and is asked for again */
static void
on_stop(void *arg)
{
	(void)arg;
	injector_close(&inject);
	link_close_down(&chain);
}

static void
on_closing(struct link *k)
{
	closing = 1;
	if (injector_idle(&inject))
		link_close_down(k);
	else
		loop_timer_set(&stop_timer, STOP_MS, on_stop, NULL);
}

static const struct link_ops ops = { .request = request,
	.closing = on_closing };

/* conf/doublebounce: an address, or a user of this host */
static void
read_second(const char *dir)
{
	char text[HOSTNAME_MAX + 1] = "postmaster";

	if (dir != NULL &&
	    hostname_read_text(dir, "doublebounce", text) == -1 &&
	    errno != ENOENT && errno != ENODATA)
		die(EXIT_TEMP, "unable to read %s/doublebounce: %m", dir);
	if (strchr(text, '@') == NULL)
		snprintf(second, sizeof second, "%s@%s", text, me);
	else if (address_valid(text, strlen(text)))
		memcpy(second, text, sizeof text);
	else
		die(EXIT_TEMP, "%s/doublebounce: not an address: %s", dir,
		    text);
}

/* -w: a text as the lines that it would be */
static int
print_words(const char *name)
{
	struct slice text =
			 wording_builtin((struct slice){ name, strlen(name) }),
		     line;
	struct buf b = { 0 };

	if (text.n == 0)
		die(EXIT_PERM, "there is no text %s: english, german", name);
	while (word_piece(&text, '\n', &line) && line.n > 0)
		needs(buf_printf(&b, "text %s %.*s\n", name, (int)line.n,
		    line.p));
	if (fd_write_all(1, buf_data(&b), buf_len(&b)) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	const char *dir = NULL, *text = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:s:w:")) != -1) {
		switch (c) {
		case 'C': dir = optarg; break;
		case 's':
			original_max =
			    opt_num(c, optarg, 0, REPORT_ORIGINAL_MAX);
			break;
		case 'w': text = optarg; break;
		default: die_usage(usage);
		}
	}
	if (text != NULL && optind == argc)
		return print_words(text);
	if (optind == argc || text != NULL)
		die_usage(usage);
	if (hostname_read(dir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m",
		    dir == NULL ? "the system's" : dir);
	read_second(dir);
	if (dir != NULL) {
		tableopen(&table, dir, "bounces");
		tableopen(&programs, dir, "feedback");
	}
	failuretable_open(&failures, dir);
	fd_limit_raise();
	injector_init(&inject, argv + optind);
	link_open(&chain, &ops);
	return link_run(&chain);
}
