/*
 * bounce - tell senders what became of their mail: makes delivery reports
 * and hands them to a receiving chain
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/me.h"
#include "base/num.h"
#include "mail/dsn.h"
#include "mail/header.h"
#include "net/event.h"
#include "net/inject.h"
#include "net/link.h"
#include "proto/ltsv.h"
#include "queue/message.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	ORIGINAL_DEFAULT = 65536,   /* a whole message up to this size */
	ORIGINAL_MAX = 1 << 30,
	HEADER_RETURN_MAX = 65536,  /* of its header */
	HEADER_READ = 262144,       /* looked at for what kind of mail it is */
	STOP_MS = 1500,             /* for receipts when the input ends */
	TEXT_MAX = 512
};

static const char usage[] = "bounce [-C confdir] [-s bytes] next ...";

static const struct {
	const char *kind, *notify;
	enum dsn_action action;
} kinds[] = {
	{ "failed", "FAILURE", DSN_FAILED },
	{ "delayed", "DELAY", DSN_DELAYED },
	{ "relayed", "SUCCESS", DSN_RELAYED },
	{ "delivered", "SUCCESS", DSN_DELIVERED },
	{ "expanded", "SUCCESS", DSN_EXPANDED },
};

/* a request while it is worked on; what waits for a receipt is its line */
struct report {
	const char *line;
	size_t line_len;
	struct ltsv l;
	size_t kind;
	char *path;
	uint64_t off;
	int fd;
	char *head;                 /* of the message file */
	struct message_head m;
	char *from, *ret, *envid;
	struct buf env;             /* of the report */
	char header[HEADER_READ];   /* the start of the original */
	size_t header_len;
	struct dsn d;
	char boundary[DSN_BOUNDARY_LEN + 1], message_id[ME_MAX + 100],
	    original_id[256];
	struct dsn_rcpt *rcpt;
	char **text;                /* what rcpt points into, two each */
	size_t n;
};

struct waiting {
	size_t line_len;
	char line[];
};

static struct link chain;
static struct inject inject;
static struct loop_timer stop_timer;
static struct buf out;
static char me[ME_MAX + 1];
static uint64_t original_max = ORIGINAL_DEFAULT;
static int closing, holding;

static void *
need(void *p)
{
	if (p == NULL)
		die(EXIT_TEMP, "out of memory");
	return p;
}

static void
needs(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

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
say(const struct report *r, const char *status, const char *text)
{
	answer(r->line, r->line_len, status, "text", text, strlen(text));
}

static void
adjust_hold(void)
{
	int full = inject_full(&inject);

	if (full && !holding)
		link_hold(&chain);
	else if (!full && holding)
		link_release(&chain);
	holding = full;
}

static void
on_receipt(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct waiting *w = arg;

	if (kind == RECEIPT_OK)
		answer(w->line, w->line_len, "queued", "newid", text, n);
	else
		answer(w->line, w->line_len, "later", "text", text, n);
	free(w);
	adjust_hold();
	if (closing && inject_idle(&inject))
		link_close_down(&chain);
}

/*
 * The message file's head
 */
static char *
unescaped(const char *value, size_t n)
{
	struct ltsv_field f = { NULL, value, 0, n };
	char *s = need(malloc(n + 1));

	ltsv_value(&f, s, n + 1);
	return s;
}

static const char *
read_head(struct report *r)
{
	char first[MESSAGE_FIRST_LEN];

	r->fd = open(r->path, O_RDONLY | O_CLOEXEC);
	if (r->fd == -1)
		return "unable to open the message file";
	if (fd_read_all(r->fd, first, sizeof first) != sizeof first ||
	    message_sizes(first, sizeof first, &r->m) == -1)
		return "the message file is damaged";
	r->head = need(malloc(r->m.head_len));
	if (pread(r->fd, r->head, r->m.head_len, 0) !=
		(ssize_t)r->m.head_len ||
	    message_open(r->head, r->m.head_len, &r->m) == -1)
		return "the message file is damaged";
	r->off = r->m.head_len;
	return NULL;
}

static void
keep(char **where, const struct parcel_line *l)
{
	free(*where);
	*where = unescaped(l->value, l->value_len);
}

/* envelope lines: what the report needs, and what it takes over */
static const char *
read_lines(struct report *r)
{
	struct parcel_line l;
	char *time = NULL;
	int64_t ms;
	int k;

	while ((k = message_line(&r->m, &l)) == 1) {
		if (parcel_is(&l, "from"))
			keep(&r->from, &l);
		else if (parcel_is(&l, "ret"))
			keep(&r->ret, &l);
		else if (parcel_is(&l, "envid"))
			keep(&r->envid, &l);
		else if (parcel_is(&l, "time"))
			keep(&time, &l);
		else if (parcel_is(&l, "smtputf8"))
			r->d.utf8 = 1;
		else if (parcel_is(&l, "tenant") || parcel_is(&l, "prio"))
			needs(buf_printf(&r->env, "%.*s %.*s\n",
			    (int)l.key_len, l.key, (int)l.value_len, l.value));
	}
	if (time != NULL && num_scan_time(time, strlen(time), &ms) == 0)
		r->d.arrival = ms / 1000;
	free(time);
	return k == -1 || r->from == NULL ? "the message file is damaged" :
					    NULL;
}

/* NAME=value among blank separated parameters, or NULL; allocated */
static char *
parameter(const struct message_rcpt *m, const char *name)
{
	const char *p = m->params, *end = p + m->params_len, *e;
	size_t n = strlen(name);

	for (; p < end; p = e + 1) {
		e = memchr(p, ' ', end - p);
		if (e == NULL)
			e = end;
		if ((size_t)(e - p) > n && p[n] == '=' &&
		    strncasecmp(p, name, n) == 0)
			return unescaped(p + n + 1, e - p - n - 1);
	}
	return NULL;
}

/* is a report of this kind wanted? without NOTIFY: of failure and delay */
static int
wanted(const struct report *r, const struct message_rcpt *m)
{
	char *notify = parameter(m, "NOTIFY"), *s, *at = NULL;
	const char *want = kinds[r->kind].notify;
	int yes = notify == NULL && strcmp(want, "SUCCESS") != 0;

	for (s = notify == NULL ? NULL : strtok_r(notify, ",", &at);
	     s != NULL; s = strtok_r(NULL, ",", &at))
		if (strcasecmp(s, want) == 0)
			yes = 1;
	free(notify);
	return yes;
}

static void
add_rcpt(struct report *r, const struct message_rcpt *m)
{
	struct dsn_rcpt *d;
	char *reply, *at;

	r->rcpt = need(reallocarray(r->rcpt, r->n + 1, sizeof *r->rcpt));
	r->text = need(reallocarray(r->text, r->n + 1, 3 * sizeof *r->text));
	d = &r->rcpt[r->n];
	memset(d, 0, sizeof *d);
	r->text[3 * r->n] = at = unescaped(m->address, m->address_len);
	d->address = at;
	r->text[3 * r->n + 1] = reply = unescaped(m->reply, m->reply_len);
	dsn_reply(reply, d);
	r->text[3 * r->n + 2] = parameter(m, "ORCPT");
	d->orcpt = r->text[3 * r->n + 2];
	d->expired = m->state == MESSAGE_EXPIRED ||
	    m->state == MESSAGE_EXPIRED_SAID;
	r->n++;
}

/* mark the recipients that n:LIST names in a map; -1 when it is no list */
static int
scan_list(const struct ltsv *l, unsigned char *map, unsigned n_rcpt)
{
	const struct ltsv_field *f = ltsv_find(l, "n");
	const char *p, *end, *e;
	uint64_t u;

	if (f == NULL)
		return -1;
	end = f->value + f->value_len;
	for (p = f->value; p <= end; p = e + 1) {
		e = memchr(p, ',', end - p);
		if (e == NULL)
			e = end;
		if (num_scan(p, e - p, 0, n_rcpt - 1, &u) == -1)
			return -1;
		map[u] = 1;
	}
	return 0;
}

static const char *
read_rcpts(struct report *r)
{
	unsigned char *map = need(calloc(r->m.n_rcpt, 1));
	const char *wrong = NULL;
	struct message_rcpt m;
	unsigned i;
	int k;

	if (scan_list(&r->l, map, r->m.n_rcpt) == -1)
		wrong = "the request names no recipients of the message";
	for (i = 0; wrong == NULL && (k = message_rcpt(&r->m, &m)) != 0; i++) {
		if (k == -1)
			wrong = "the message file is damaged";
		else if (map[i] && wanted(r, &m))
			add_rcpt(r, &m);
	}
	free(map);
	return wrong;
}

/*
 * The original
 */
static const char *
read_original(struct report *r)
{
	size_t n = r->m.size < sizeof r->header ? r->m.size
						: sizeof r->header;
	ssize_t got = pread(r->fd, r->header, n, r->off);

	if (got != (ssize_t)n)
		return "unable to read the message";
	r->header_len = n;
	return NULL;
}

/* sent by a machine to many? nobody waits for news of its delay */
static int
bulk(const struct report *r)
{
	struct header_field f;

	if (header_find(r->header, r->header_len, "List-Id", &f) ||
	    header_find(r->header, r->header_len, "List-Unsubscribe", &f))
		return 1;
	if (header_find(r->header, r->header_len, "Precedence", &f) &&
	    ((f.value_len == 4 && strncasecmp(f.value, "bulk", 4) == 0) ||
		(f.value_len == 4 && strncasecmp(f.value, "list", 4) == 0) ||
		(f.value_len == 4 && strncasecmp(f.value, "junk", 4) == 0)))
		return 1;
	return header_find(r->header, r->header_len, "Auto-Submitted", &f) &&
	    !(f.value_len >= 2 && strncasecmp(f.value, "no", 2) == 0);
}

/* the original's Message-ID, if it can be quoted as it is */
static void
find_id(struct report *r)
{
	struct header_field f;
	size_t i;

	if (!header_find(r->header, r->header_len, "Message-ID", &f) ||
	    f.value_len < 3 || f.value_len >= sizeof r->original_id ||
	    f.value[0] != '<' || f.value[f.value_len - 1] != '>')
		return;
	for (i = 0; i < f.value_len; i++)
		if (f.value[i] <= ' ' || f.value[i] == 0x7f)
			return;
	memcpy(r->original_id, f.value, f.value_len);
	r->d.original_id = r->original_id;
}

/* may it be returned as it is? finds out about bytes above 127, too */
static int
returnable(struct report *r)
{
	static char block[65536];
	uint64_t at = r->off, left = r->m.size;
	size_t line = 0, n;
	ssize_t got, i;

	while (left > 0) {
		n = left < sizeof block ? left : sizeof block;
		got = pread(r->fd, block, n, at);
		if (got <= 0)
			return 0;
		for (i = 0; i < got; i++) {
			if (block[i] == '\n')
				line = 0;
			else if (++line > DSN_LINE_MAX || block[i] == '\0' ||
			    block[i] == '\r')
				return 0;
			if ((unsigned char)block[i] > 0x7f)
				r->d.eight_bit = 1;
		}
		at += got;
		left -= got;
	}
	return 1;
}

static void
choose_original(struct report *r, struct buf *header)
{
	size_t i;

	r->d.original = DSN_WHOLE;
	if (r->d.action == DSN_FAILED && r->m.size <= original_max &&
	    !(r->ret != NULL && strcasecmp(r->ret, "HDRS") == 0) &&
	    returnable(r))
		return;
	r->d.original = DSN_HEADER;
	r->d.eight_bit = 0;
	needs(dsn_header(header, r->header, r->header_len,
	    HEADER_RETURN_MAX));
	for (i = 0; i < buf_len(header); i++)
		if ((unsigned char)buf_data(header)[i] > 0x7f)
			r->d.eight_bit = 1;
}

/*
 * The report
 */
static void
names(struct report *r)
{
	unsigned char rnd[12];
	char text[2 * sizeof rnd + 1];
	size_t i;

	if (getrandom(rnd, sizeof rnd, 0) != sizeof rnd)
		die(EXIT_TEMP, "no random bytes: %m");
	for (i = 0; i < sizeof rnd; i++)
		snprintf(text + 2 * i, 3, "%02x", rnd[i]);
	snprintf(r->boundary, sizeof r->boundary, "=_report_%s", text);
	snprintf(r->message_id, sizeof r->message_id, "<%lld.%s@%s>",
	    (long long)r->d.now, text, me);
	r->d.boundary = r->boundary;
	r->d.message_id = r->message_id;
}

static void
hand_over(struct report *r)
{
	struct inject_parcel *p = need(calloc(1, sizeof *p));
	struct waiting *w = need(malloc(sizeof *w + r->line_len));
	struct buf header = { 0 };

	memcpy(w->line, r->line, r->line_len);
	w->line_len = r->line_len;
	names(r);
	choose_original(r, &header);
	needs(dsn_open(&p->item.text, &r->d, r->rcpt, r->n));
	if (r->d.original == DSN_WHOLE) {
		p->path = r->path;
		p->off = r->off;
		p->len = r->m.size;
	} else {
		needs(buf_put(&p->item.text, buf_data(&header),
		    buf_len(&header)));
	}
	needs(dsn_close(&p->item.after, &r->d));
	buf_free(&header);
	needs(buf_puts(&p->item.env, "from\n"));
	needs(parcel_puts(&p->item.env, "to", r->from));
	needs(buf_puts(&p->item.env, "proto local\n"));
	needs(buf_put(&p->item.env, buf_data(&r->env), buf_len(&r->env)));
	if (r->d.eight_bit || r->d.utf8)
		needs(buf_puts(&p->item.env, "body 8bit\n"));
	if (r->d.utf8)
		needs(buf_puts(&p->item.env, "smtputf8 1\n"));
	p->done = on_receipt;
	p->arg = w;
	inject_send(&inject, p);
	adjust_hold();
}

static void
report(struct report *r)
{
	const char *wrong;

	r->d.action = kinds[r->kind].action;
	r->d.me = me;
	r->d.now = clock_wall_s();
	if ((wrong = read_head(r)) != NULL || (wrong = read_lines(r)) != NULL) {
		say(r, "later", wrong);
		return;
	}
	if (r->from[0] == '\0') {
		say(r, "dropped", "null sender: nobody to tell");
		return;
	}
	if ((wrong = read_rcpts(r)) != NULL ||
	    (wrong = read_original(r)) != NULL) {
		say(r, "later", wrong);
		return;
	}
	if (r->n == 0) {
		say(r, "dropped", "the sender wants no report");
		return;
	}
	if (r->d.action == DSN_DELAYED && bulk(r)) {
		say(r, "dropped", "no delay warning for bulk mail");
		return;
	}
	r->d.to = r->from;
	r->d.envid = r->envid;
	find_id(r);
	hand_over(r);
}

static void
report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < 3 * r->n; i++)
		free(r->text[i]);
	free(r->rcpt);
	free(r->text);
	free(r->from);
	free(r->ret);
	free(r->envid);
	free(r->head);
	free(r->path);
	buf_free(&r->env);
	if (r->fd != -1)
		close(r->fd);
	free(r);
}

/* labels of the request; what is wrong with it, or NULL */
static const char *
read_request(struct report *r)
{
	const struct ltsv_field *f;
	int64_t ms;

	f = ltsv_find(&r->l, "kind");
	for (r->kind = 0; r->kind < sizeof kinds / sizeof *kinds; r->kind++)
		if (ltsv_is(f, kinds[r->kind].kind))
			break;
	if (r->kind == sizeof kinds / sizeof *kinds)
		return "unknown kind";
	f = ltsv_find(&r->l, "file");
	if (f == NULL)
		return "no file";
	r->path = unescaped(f->value, f->value_len);
	f = ltsv_find(&r->l, "birth");
	if (f != NULL && num_scan_time(f->value, f->value_len, &ms) == 0)
		r->d.arrival = ms / 1000;
	f = ltsv_find(&r->l, "expire");
	if (f != NULL && num_scan_time(f->value, f->value_len, &ms) == 0)
		r->d.until = ms / 1000;
	return NULL;
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	size_t used = link_line(p, n);
	const char *wrong;
	struct report *r;

	(void)k;
	if (used == 0)
		return 0;
	r = need(calloc(1, sizeof *r));
	r->fd = -1;
	r->line = p;
	r->line_len = used;
	if (ltsv_parse(p, used, &r->l) == -1 || ltsv_find(&r->l, "id") == NULL)
		warn("request is none");
	else if ((wrong = read_request(r)) != NULL)
		say(r, "later", wrong);
	else
		report(r);
	report_free(r);
	return used;
}

/* no receipt yet: it may have been queued, and is asked for again */
static void
on_stop(void *arg)
{
	(void)arg;
	inject_close(&inject);
	link_close_down(&chain);
}

static void
on_closing(struct link *k)
{
	closing = 1;
	if (inject_idle(&inject))
		link_close_down(k);
	else
		loop_timer_set(&stop_timer, STOP_MS, on_stop, NULL);
}

static const struct link_ops ops = { request, NULL, on_closing, NULL };

int
main(int argc, char **argv)
{
	const char *dir = NULL;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+C:s:")) != -1) {
		switch (c) {
		case 'C':
			dir = optarg;
			break;
		case 's':
			if (num_scans(optarg, 0, ORIGINAL_MAX, &original_max) ==
			    -1)
				die_usage(usage);
			break;
		default:
			die_usage(usage);
		}
	}
	if (optind == argc)
		die_usage(usage);
	if (me_read(dir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m",
		    dir == NULL ? "the system's" : dir);
	fd_limit_raise();
	inject_init(&inject, argv + optind);
	link_open(&chain, &ops);
	return link_run(&chain);
}
