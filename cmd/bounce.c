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
	PATH_LEN_MAX = 4096
};

static const char usage[] = "bounce [-C confdir] [-s bytes] next ...";

/* a request whose report waits for its receipt */
struct waiting {
	size_t line_len;
	int second;
	char line[];
};

static struct link chain;
static struct injector inject;
static struct loop_timer stop_timer;
static struct buf out;
static char me[HOSTNAME_MAX + 1], second[2 * HOSTNAME_MAX + 2];
static uint64_t original_max = ORIGINAL_DEFAULT;
static int closing, holding;

/*
 * Answers
 */
static void
answer(const char *line, size_t n, const char *status, const char *label,
    const char *text, size_t len)
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
	needs(ltsv_put(&out, label, text, len < TEXT_MAX ? len : TEXT_MAX));
	needs(ltsv_end(&out));
	link_up(&chain, buf_data(&out), buf_len(&out));
}

static void
say(const char *line, size_t n, const char *status, const char *text)
{
	answer(line, n, status, "text", text, strlen(text));
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

static void request_line(const char *, size_t, int to_second);

static void
on_receipt(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct waiting *w = arg;

	if (kind == RECEIPT_OK)
		answer(w->line, w->line_len, "queued", "newid", text, n);
	else if (kind == RECEIPT_PERM && !w->second && !closing)
		request_line(w->line, w->line_len, 1);
	else
		answer(w->line, w->line_len, "later", "text", text, n);
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

static void
hand_over(struct report *r, const char *line, size_t n)
{
	struct injector_parcel *p = need(calloc(1, sizeof *p));
	struct waiting *w = need(malloc(sizeof *w + n));
	const struct ltsv_field *id;
	struct ltsv l;

	memcpy(w->line, line, n);
	w->line_len = n;
	w->second = r->out.d.second;
	needs(report_parcel(r, &p->item.env, &p->item.text, &p->off, &p->len,
	    &p->item.after));
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

/* nobody will hear of it: the log must have it */
static void
lost(const char *line, size_t n, const char *why)
{
	struct ltsv l;

	ltsv_parse(line, n, &l);
	event_begin("unreported");
	event_copy(ltsv_find(&l, "id"));
	event_copy(ltsv_find(&l, "kind"));
	event_copy(ltsv_find(&l, "n"));
	event_puts("text", why);
	event_end();
	say(line, n, "dropped", why);
}

static void
report(const struct report_ask *a, const char *line, size_t n)
{
	struct report r;
	const char *why;

	switch (report_read(&r, a, &why)) {
	case REPORT_MAKE: hand_over(&r, line, n); break;
	case REPORT_DROP: say(line, n, "dropped", why); break;
	case REPORT_LOST: lost(line, n, why); break;
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
request_line(const char *p, size_t n, int to_second)
{
	char path[PATH_LEN_MAX], name[RETURNED_NAME_LEN + 1];
	struct report_ask a = {
		.path = path, .name = name, .to_second = to_second
	};
	const char *wrong;
	struct ltsv l;

	ltsv_parse(p, n, &l);
	wrong = read_request(&l, &a);
	if (wrong == NULL && ltsv_get(&l, "file", path, sizeof path) == -1)
		wrong = "no file, or its name is too long";
	if (random_hex(name, RETURNED_NAME_LEN) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	if (wrong != NULL)
		say(p, n, "later", wrong);
	else
		report(&a, p, n);
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
		request_line(p, used, 0);
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

int
main(int argc, char **argv)
{
	const char *dir = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:s:")) != -1) {
		switch (c) {
		case 'C': dir = optarg; break;
		case 's':
			original_max =
			    opt_num(c, optarg, 0, REPORT_ORIGINAL_MAX);
			break;
		default: die_usage(usage);
		}
	}
	if (optind == argc)
		die_usage(usage);
	if (hostname_read(dir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m",
		    dir == NULL ? "the system's" : dir);
	read_second(dir);
	fd_limit_raise();
	injector_init(&inject, argv + optind);
	link_open(&chain, &ops);
	return link_run(&chain);
}
