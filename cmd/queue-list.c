/* queue-list - what waits in a queue, one line a recipient */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/out.h"
#include "format/ltsv.h"
#include "queue/queuereader.h"
#include "queue/standing.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "queue-list [-ail] QUEUE [SELECTOR...]";

enum {
	OUT_BYTES = 65536,
	LIST_MESSAGES = 100, /* that queue-run is asked about at a time */
	LIST_RCPTS = 4096    /* the same, but for one message */
};

struct envelope {
	struct parcel_line from, prio, tenant, hold;
	struct parcel_line tag[SELECTOR_TAGS];
	unsigned n_tag;
};

/* a message whose recipients may be meant */
struct item {
	char id[NAME_LEN + 1];
	struct buf head;
	struct message_head h;
	struct envelope e;
};

/* where recipients are, for the sum */
static const char *const place_name[] = { "waiting", "ready", "out", "queued",
	"held", "sent", "bounced", "expired", "deleted" };
enum { PLACES = sizeof place_name / sizeof *place_name };

static struct queuereader store;
static struct journaled_list outcomes;
static struct selector_list selectors;
static struct standings standings;
static struct item item[LIST_MESSAGES];
static unsigned n_items, n_rcpts;
static struct buf out;
static int all, ltsv, only_ids, ids_read, status = EXIT_OK;
static int64_t now_s;
static struct age age;
static const char *source = "as queue-run knows it";
static uint64_t sum_place[PLACES], sum_rcpts, sum_messages, sum_bytes;

static int
waits(enum message_state s)
{
	return s == MESSAGE_QUEUED || s == MESSAGE_HELD;
}

static int64_t
hold_until(const struct envelope *e)
{
	int64_t ms;

	return num_scan_time(e->hold.value, e->hold.value_len, &ms) == -1
	    ? 0
	    : ms / 1000;
}

/* one recipient */

struct line {
	const struct item *m;
	unsigned n;
	const struct message_rcpt *r;
	enum message_state state;
	struct standing at;
	int64_t next; /* 0: none, or at once */
};

static const char *
place_of(const struct line *l)
{
	return l->state == MESSAGE_QUEUED && l->at.where != NULL
	    ? l->at.where
	    : store_state_name(l->state);
}

static int64_t
age_s(const char *id)
{
	return now_s -
	    age_birth(&age, name_time_us(id) / 1000, now_s * 1000) / 1000;
}

static int
put_words(const struct line *l)
{
	char old[STANDING_SPAN], next[STANDING_SPAN] = "-";
	const struct parcel_line *from = &l->m->e.from;
	int k;

	standing_span(old, sizeof old, age_s(l->m->id));
	if (l->state == MESSAGE_QUEUED)
		standing_span(next, sizeof next, l->next - now_s);
	k = buf_printf(&out, "%s %2u %-7s %2u %4s %4s %6llu <%.*s> <%.*s>",
	    l->m->id, l->n, place_of(l), l->r->tries, old, next,
	    (unsigned long long)l->m->h.size, (int)from->value_len, from->value,
	    (int)l->r->address_len, l->r->address);
	k |= standing_words(&l->at, l->state, l->next, hold_until(&l->m->e),
	    now_s, &out);
	return k |
	    buf_printf(&out, "%s%.*s\n", l->r->reply_len > 0 ? " " : "",
		(int)l->r->reply_len, l->r->reply);
}

/* values of the head are escaped as LTSV has it */
static int
put_raw(const char *label, const char *p, size_t n)
{
	struct ltsv_field f = { label, p, strlen(label), n };

	return n > 0 ? ltsv_copy(&out, &f) : 0;
}

static int
put_ltsv(const struct line *l)
{
	static const struct ltsv_field null = { "from", "", 4, 0 };
	const struct envelope *e = &l->m->e;
	const struct message_rcpt *r = l->r;
	int64_t us = name_time_us(l->m->id);
	int k = ltsv_puts(&out, "id", l->m->id);

	k |= ltsv_putnum(&out, "n", l->n);
	k |= ltsv_puts(&out, "state", store_state_name(l->state));
	if (message_owes(l->state))
		k |= ltsv_puts(&out, "report", "owed");
	if (e->from.value_len == 0)
		k |= ltsv_copy(&out, &null);
	k |= put_raw("from", e->from.value, e->from.value_len);
	k |= put_raw("to", r->address, r->address_len);
	k |= ltsv_putnum(&out, "size", l->m->h.size);
	k |= ltsv_putnum(&out, "try", r->tries);
	k |= buf_printf(&out, "\tbirth:%lld.%03d", (long long)(us / 1000000),
	    (int)(us / 1000 % 1000));
	if (waits(l->state))
		k |= ltsv_putnum(&out, "next", l->next);
	k |= standing_labels(&l->at, &out);
	k |= put_raw("prio", e->prio.value, e->prio.value_len);
	k |= put_raw("tenant", e->tenant.value, e->tenant.value_len);
	k |= put_raw("hold-until", e->hold.value, e->hold.value_len);
	k |= put_raw("params", r->params, r->params_len);
	k |= put_raw("reply", r->reply, r->reply_len);
	return k | ltsv_end(&out);
}

static void
count(const struct line *l)
{
	const char *place = place_of(l);
	unsigned i;

	for (i = 0; i < PLACES; i++)
		if (strcmp(place_name[i], place) == 0)
			sum_place[i]++;
	sum_rcpts++;
}

/* one message */

static struct selector_text
value(const struct parcel_line *l)
{
	struct selector_text t = { l->value, l->value_len };

	return t;
}

static void
facts_message(const struct item *m, struct selector_facts *f)
{
	const struct envelope *e = &m->e;
	unsigned i;

	memset(f, 0, sizeof *f);
	f->known = ~0u;
	f->from = value(&e->from);
	if (e->tenant.value_len > 0)
		f->tenant = value(&e->tenant);
	for (i = 0; i < e->n_tag; i++)
		f->tag[i] = value(&e->tag[i]);
	f->n_tag = e->n_tag;
	f->age_s = age_s(m->id);
}

/* is it meant?  Before queue-run was asked, as far as one can know */
static int
is_meant(const struct line *l, struct selector_facts *f)
{
	if (message_final(l->state) && !all)
		return 0;
	f->to.p = l->r->address;
	f->to.n = l->r->address_len;
	f->domain = selector_domain(l->r->address, l->r->address_len);
	f->state = l->state;
	f->where = l->at.where;
	f->site = l->at.site;
	return selector_match(&selectors, f);
}

static int
read_envelope(struct item *m)
{
	struct envelope *e = &m->e;
	struct parcel_line l;
	int k;

	memset(e, 0, sizeof *e);
	while ((k = message_line(&m->h, &l)) == 1)
		if (parcel_is(&l, "from"))
			e->from = l;
		else if (parcel_is(&l, "prio"))
			e->prio = l;
		else if (parcel_is(&l, "tenant"))
			e->tenant = l;
		else if (parcel_is(&l, "hold-until"))
			e->hold = l;
		else if (parcel_is(&l, "tag") && e->n_tag < SELECTOR_TAGS)
			e->tag[e->n_tag++] = l;
	return k;
}

/* is one of its recipients to be shown; -1: it is damaged */
static int
may_be_meant(struct item *m)
{
	struct message_head h;
	struct message_rcpt r;
	struct selector_facts f;
	struct line l = { .m = m, .r = &r };
	int k, found = 0;

	if (read_envelope(m) == -1)
		return -1;
	facts_message(m, &f);
	if (selector_asks(&selectors))
		f.known &= ~(1u << SELECTOR_SITE | 1u << SELECTOR_STATE);
	h = m->h;
	for (l.n = 0; (k = message_rcpt(&h, &r)) == 1; l.n++) {
		l.state = journaled_state(&outcomes, m->id, l.n, &r);
		found |= is_meant(&l, &f);
	}
	return k == -1 ? -1 : found;
}

static int
put_line(struct line *l)
{
	l->next = l->at.next > 0 ? l->at.next : l->r->next;
	count(l);
	return ltsv ? put_ltsv(l) : put_words(l);
}

static void
list_recipients(struct item *m)
{
	struct message_head h = m->h;
	struct message_rcpt r;
	struct selector_facts f;
	struct line l = { .m = m, .r = &r };
	uint64_t before = sum_rcpts;
	int k = 0;

	facts_message(m, &f);
	for (l.n = 0; k == 0 && message_rcpt(&h, &r) == 1; l.n++) {
		l.state = journaled_state(&outcomes, m->id, l.n, &r);
		standings_find(&standings, m->id, l.n, &l.at);
		if (!is_meant(&l, &f))
			continue;
		if (!only_ids)
			k = put_line(&l);
		else if (sum_rcpts++ == before)
			k = buf_printf(&out, "%s\n", m->id);
		if (buf_len(&out) >= OUT_BYTES)
			out_flush_plain(&out);
	}
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
	if (sum_rcpts > before) {
		sum_messages++;
		sum_bytes += m->h.size;
	}
}

/* the whole list */

/* queue-run says what it knows of some messages, and they are printed */
static void
list_items(void)
{
	char ids[LIST_MESSAGES * NAME_LEN];
	unsigned i;

	for (i = 0; i < n_items; i++)
		memcpy(ids + i * NAME_LEN, item[i].id, NAME_LEN);
	if (standings_ask(&standings, ids, n_items) == -1) {
		source = "queue-run went away meanwhile";
		if (selector_asks(&selectors))
			die(EXIT_TEMP, "queue-run went away: %m");
		warn("queue-run went away: %m; the rest is from the files");
	}
	for (i = 0; i < n_items; i++)
		list_recipients(&item[i]);
	n_items = n_rcpts = 0;
}

static void
list_message(const char *id)
{
	struct item *m = &item[n_items];
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	int fd, k;

	memcpy(m->id, id, NAME_LEN);
	name_path(path, m->id);
	fd = queuereader_load(&store, path, &m->head, &m->h, &st);
	if (fd == -1 && errno == ENOENT)
		return; /* done with meanwhile */
	if (fd == -1 && errno != EINVAL)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	k = fd == -1 ? -1 : may_be_meant(m);
	if (fd != -1)
		close(fd);
	if (k == -1) {
		warn("%s is no whole message", path);
		status = EXIT_PERM;
	}
	if (k != 1)
		return;
	n_rcpts += m->h.n_rcpt;
	if (++n_items == LIST_MESSAGES || n_rcpts >= LIST_RCPTS)
		list_items();
}

static void
say_sum(void)
{
	const char *sep = "; ";
	unsigned i;

	if (sum_rcpts == 0) {
		if (selectors.n == 0 && !ids_read &&
		    buf_len(&selectors.ids) == 0)
			return;
		warn("nothing matched");
		status = status == EXIT_OK ? EXIT_NONE : status;
		return;
	}
	if (ltsv || only_ids)
		return;
	buf_printf(&out, "total: recipients %llu, messages %llu, bytes %llu",
	    (unsigned long long)sum_rcpts, (unsigned long long)sum_messages,
	    (unsigned long long)sum_bytes);
	for (i = 0; i < PLACES; i++)
		if (sum_place[i] > 0) {
			buf_printf(&out, "%s%s %llu", sep, place_name[i],
			    (unsigned long long)sum_place[i]);
			sep = ", ";
		}
	if (buf_printf(&out, "; %s%s\n", source,
		standings.hold ? "; everything is held" : "") == -1)
		die(EXIT_TEMP, "out of memory");
}

/* whom to ask */
static void
find_queue_run(const char *queue)
{
	if (standings_open(&standings, store.root) == 0)
		return;
	source = "from the files: no queue-run works there";
	if (!ask_nobody(errno)) {
		source = "from the files: queue-run cannot be asked";
		warn("unable to ask queue-run by %s/ctl: %m", queue);
	}
	if (selector_asks(&selectors))
		die(EXIT_TEMP,
		    "only queue-run knows sites, and what is "
		    "waiting, ready or out; none answers");
}

static void
list(const char *queue)
{
	static struct buf scan;
	struct buf *ids = &selectors.ids;
	size_t i;

	now_s = clock_wall_s();
	/* root sees there what its owner might see */
	if (folder_settle(queue) == -1 || queuereader_open(&store, queue) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	if (queuereader_age(&store, &age, now_s * 1000) == -1)
		warn("unable to read %s/clock: %m", queue);
	find_queue_run(queue);
	/* names first: what the journal then says of them is no older */
	if (buf_len(ids) == 0 && !ids_read) {
		ids = &scan;
		if (queuereader_ids(&store, ids) == -1)
			die(EXIT_TEMP, "unable to read queue %s: %m", queue);
	}
	if (journaled_load(&outcomes, &store) == -1)
		die(EXIT_TEMP, "unable to read queue %s: %m", queue);
	for (i = 0; i < buf_len(ids); i += NAME_LEN)
		list_message(buf_data(ids) + i);
	list_items();
	say_sum();
	out_flush_plain(&out);
}

/* NULL, or what is wrong */
static const char *
read_word(const char *word)
{
	return strcmp(word, "-") == 0 && !ids_read++
	    ? ask_ids(&selectors, 0)
	    : selector_word(&selectors, word);
}

/* QUEUE, and selectors behind it; the other order, as it once was, where only
 * that makes sense */
static const char *
operands(int n, char **word)
{
	struct selector_list l = { .n = 0 };
	const char *queue = word[0], *wrong;
	int last = n > 1 && selector_word(&l, word[0]) == NULL &&
	    selector_word(&l, word[n - 1]) != NULL;

	selector_free(&l);
	if (last)
		queue = word[n - 1];
	for (; n > 0; n--, word++)
		if (*word != queue && (wrong = read_word(*word)) != NULL)
			die(EXIT_PERM, "%s: %s", *word, wrong);
	selector_sort(&selectors);
	return queue;
}

int
main(int argc, char **argv)
{
	const char *queue;
	int o;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+ail")) != -1)
		switch (o) {
		case 'a': all = 1; break;
		case 'i': only_ids = 1; break;
		case 'l': ltsv = 1; break;
		default: die_usage(usage);
		}
	if (argc == optind)
		die_usage(usage);
	queue = operands(argc - optind, argv + optind);
	if (selector_kinds(&selectors) & 1u << SELECTOR_STATE)
		all = 1;
	list(queue);
	return status;
}
