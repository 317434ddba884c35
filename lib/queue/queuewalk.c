#include "queue/queuewalk.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/num.h"
#include "format/ltsv.h"
#include "mail/header.h"
#include "mime/encword.h"
#include "queue/replyfailure.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HEADER_FIRST = 16384, /* bytes: most headers are shorter */
	/* what queue-run may know otherwise than the files */
	ONLY_ASKED = 1 << SELECTOR_SITE | 1 << SELECTOR_PROVIDER |
	    1 << SELECTOR_CLASS | 1 << SELECTOR_FAILURE,
	HERE = SELECTOR_IN_MESSAGE
};

const char *const queuewalk_place_name[QUEUEWALK_PLACES] = { "waiting", "ready",
	"out", "queued", "held", "sent", "bounced", "expired", "deleted" };

unsigned
queuewalk_place(const struct walkrcpt *l)
{
	const char *place = l->state == MESSAGE_QUEUED && l->at.where != NULL
	    ? l->at.where
	    : store_state_name(l->state);
	unsigned i;

	for (i = 0; i < QUEUEWALK_PLACES - 1; i++)
		if (strcmp(queuewalk_place_name[i], place) == 0)
			break;
	return i;
}

struct selector_text
queuewalk_failure(struct queuewalk *w, const struct walkrcpt *l)
{
	static struct failure failure;
	struct selector_text t = { NULL, 0 };
	const char *kind = message_final(l->state) || message_owes(l->state)
	    ? store_state_name(l->state)
	    : "deferred";

	if (l->at.failure.p != NULL)
		return l->at.failure;
	if (l->r->reply_len == 0 || message_sent(l->state))
		return t;
	if (!w->failures_open)
		failuretable_open(&w->failures, w->conf);
	w->failures_open = 1;
	replyfailure(&w->failures, l->r->reply, l->r->reply_len, kind,
	    &failure);
	t.p = failure.class;
	t.n = strlen(failure.class);
	return t;
}

/* one message */

static struct selector_text
value(const struct parcel_line *l)
{
	struct selector_text t = { l->value_len > 0 ? l->value : NULL,
		l->value_len };

	return t;
}

static void
facts_message(const struct walkmessage *m, struct selector_facts *f)
{
	unsigned i;

	memset(f, 0, sizeof *f);
	f->known = ~(unsigned)HERE;
	f->from.p = m->from.value == NULL ? "" : m->from.value;
	f->from.n = m->from.value_len;
	f->tenant = value(&m->tenant);
	f->user = value(&m->user);
	f->uuid = value(&m->uuid);
	for (i = 0; i < m->n_tag; i++)
		f->tag[i] = value(&m->tag[i]);
	f->n_tag = m->n_tag;
	f->age_s = m->age_s;
	f->size = m->h.size;
}

/* is it meant?  Before queue-run was asked, as far as one can know */
static int
is_meant(struct queuewalk *w, struct walkrcpt *l, struct selector_facts *f)
{
	if (message_final(l->state) && !w->all)
		return 0;
	l->domain = selector_domain(l->r->address, l->r->address_len);
	f->to.p = l->r->address;
	f->to.n = l->r->address_len;
	f->domain = l->domain;
	f->state = l->state;
	f->tries = l->r->tries;
	f->n = l->n;
	f->reply.p = l->r->reply_len > 0 ? l->r->reply : NULL;
	f->reply.n = l->r->reply_len;
	f->where = l->at.where;
	f->site = l->at.site;
	f->provider = l->at.provider;
	f->class = l->at.class;
	if (w->kinds & f->known & 1u << SELECTOR_FAILURE)
		f->failure = queuewalk_failure(w, l);
	return selector_match(w->sel, f);
}

static int
read_envelope(struct walkmessage *m)
{
	static const struct {
		const char *key;
		size_t at;
	} lines[] = { { "from", offsetof(struct walkmessage, from) },
		{ "prio", offsetof(struct walkmessage, prio) },
		{ "tenant", offsetof(struct walkmessage, tenant) },
		{ "user", offsetof(struct walkmessage, user) },
		{ "uuid", offsetof(struct walkmessage, uuid) },
		{ "hold-until", offsetof(struct walkmessage, hold) } };
	struct parcel_line l;
	int64_t ms;
	size_t i;
	int k;

	memset(&m->from, 0, sizeof m->from);
	m->prio = m->tenant = m->user = m->uuid = m->hold = m->from;
	m->n_tag = 0;
	while ((k = message_line(&m->h, &l)) == 1) {
		for (i = 0; i < sizeof lines / sizeof *lines; i++)
			if (parcel_is(&l, lines[i].key))
				memcpy((char *)m + lines[i].at, &l, sizeof l);
		if (parcel_is(&l, "tag") && m->n_tag < SELECTOR_TAGS)
			m->tag[m->n_tag++] = l;
	}
	m->hold_until = 0;
	if (num_scan_time(m->hold.value, m->hold.value_len, &ms) == 0)
		m->hold_until = ms / 1000;
	return k;
}

/* the header of a message, or as much as programs look at */
static void
read_header(struct queuewalk *w, int fd, const struct walkmessage *m)
{
	struct buf *b = &w->header;
	enum header_end end = HEADER_EOF;
	size_t want = HEADER_FIRST;
	ssize_t n;

	buf_clear(b);
	do {
		if (buf_reserve(b, want - buf_len(b)) == -1)
			die(EXIT_TEMP, "out of memory");
		n = pread(fd, buf_tail(b), want - buf_len(b),
		    (off_t)(m->h.head_len + buf_len(b)));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die(EXIT_TEMP, "unable to read message %s: %m", m->id);
		buf_added(b, (size_t)n);
		header_skip(buf_data(b), buf_len(b), &end);
		if (buf_len(b) == want)
			want *= 2;
	} while (n != 0 && end == HEADER_EOF && want <= HEADER_MAX);
}

static void
keep_subject(struct walkmessage *m, const char *p, size_t n)
{
	struct buf shown = { 0 };
	struct header_field f;

	buf_clear(&m->subject);
	if (!header_find(p, n, "Subject", &f))
		return;
	if (encword_decode(&shown, f.value, f.value_len) == -1 ||
	    ltsv_escape(&m->subject, buf_data(&shown), buf_len(&shown)) == -1)
		die(EXIT_TEMP, "out of memory");
	buf_free(&shown);
}

struct selector_text
queuewalk_subject(const struct walkmessage *m)
{
	struct selector_text t = { buf_data(&m->subject),
		buf_len(&m->subject) };

	if (t.n == 0)
		t.p = NULL;
	return t;
}

/* does its header agree?  That is the same for all of its recipients */
static int
header_agrees(struct queuewalk *w, int fd, struct walkmessage *m)
{
	struct selector_facts f = { .known = HERE };

	if (!(w->kinds & HERE) && !w->subjects)
		return 1;
	read_header(w, fd, m);
	f.header.p = buf_data(&w->header);
	f.header.n = header_skip(f.header.p, buf_len(&w->header), NULL);
	if (w->subjects)
		keep_subject(m, f.header.p, f.header.n);
	return selector_match(w->sel, &f);
}

/* is one of its recipients to be shown; -1: it is damaged */
static int
may_be_meant(struct queuewalk *w, int fd, struct walkmessage *m)
{
	struct message_head h;
	struct message_rcpt r;
	struct selector_facts f;
	struct walkrcpt l = { .m = m, .r = &r };
	int k, found = 0;

	if (read_envelope(m) == -1)
		return -1;
	facts_message(m, &f);
	f.known &= ~(unsigned)ONLY_ASKED;
	if (selector_asks(w->sel))
		f.known &= ~(1u << SELECTOR_STATE);
	h = m->h;
	for (l.n = 0; (k = message_rcpt(&h, &r)) == 1; l.n++) {
		l.state = journaled_state(&w->outcomes, m->id, l.n, &r);
		found |= is_meant(w, &l, &f);
	}
	if (k == -1)
		return -1;
	return found && header_agrees(w, fd, m);
}

static void
tell_recipients(struct queuewalk *w, struct walkmessage *m)
{
	struct message_head h = m->h;
	struct message_rcpt r;
	struct selector_facts f;
	struct walkrcpt l = { .m = m, .r = &r };

	facts_message(m, &f);
	for (l.n = 0; message_rcpt(&h, &r) == 1; l.n++) {
		l.state = journaled_state(&w->outcomes, m->id, l.n, &r);
		standings_find(&w->standings, m->id, l.n, &l.at);
		if (!is_meant(w, &l, &f))
			continue;
		l.next = l.at.next > 0 ? l.at.next : r.next;
		w->each(w->arg, &l);
	}
}

/* some messages */

static int
must_ask(const struct queuewalk *w)
{
	return w->ask || w->kinds & (ONLY_ASKED | 1u << SELECTOR_STATE);
}

/* queue-run says what it knows of some messages, and they are told of */
static void
tell_items(struct queuewalk *w)
{
	char ids[QUEUEWALK_MESSAGES * NAME_LEN];
	unsigned i;

	for (i = 0; i < w->n_items; i++)
		memcpy(ids + i * NAME_LEN, w->item[i].id, NAME_LEN);
	if (must_ask(w) &&
	    standings_ask(&w->standings, ids, w->n_items) == -1) {
		w->source = "queue-run went away meanwhile";
		if (selector_asks(w->sel))
			die(EXIT_TEMP, "queue-run went away: %m");
		warn("queue-run went away: %m; the rest is from the files");
	}
	for (i = 0; i < w->n_items; i++)
		tell_recipients(w, &w->item[i]);
	w->n_items = w->n_rcpts = 0;
	w->hold = w->standings.hold;
}

static void
one_message(struct queuewalk *w, const char *id)
{
	struct walkmessage *m = &w->item[w->n_items];
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	int fd, k;

	memcpy(m->id, id, NAME_LEN);
	name_path(path, m->id);
	fd = queuereader_load(&w->store, path, &m->head, &m->h, &st);
	if (fd == -1 && errno == ENOENT)
		return; /* done with meanwhile */
	if (fd == -1 && errno != EINVAL)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	m->age_s = w->now_s -
	    age_birth(&w->age, name_time_us(m->id) / 1000, w->now_s * 1000) /
		1000;
	k = fd == -1 ? -1 : may_be_meant(w, fd, m);
	if (fd != -1)
		close(fd);
	if (k == -1) {
		warn("%s is no whole message", path);
		w->damaged = 1;
	}
	if (k != 1)
		return;
	w->n_rcpts += m->h.n_rcpt;
	if (++w->n_items == QUEUEWALK_MESSAGES || w->n_rcpts >= QUEUEWALK_RCPTS)
		tell_items(w);
}

/* whom to ask */
static void
find_queue_run(struct queuewalk *w, const char *queue)
{
	w->source = "as queue-run knows it";
	if (standings_open(&w->standings, w->store.root) == 0)
		return;
	w->source = "from the files: no queue-run works there";
	if (!ask_nobody(errno)) {
		w->source = "from the files: queue-run cannot be asked";
		warn("unable to ask queue-run by %s/ctl: %m", queue);
	}
	if (selector_asks(w->sel))
		die(EXIT_TEMP,
		    "only queue-run knows sites, providers and classes, and "
		    "what is waiting, ready or out; none answers");
}

void
queuewalk_open(struct queuewalk *w, const char *queue)
{
	w->now_s = clock_wall_s();
	w->kinds = selector_kinds(w->sel);
	w->item = calloc(QUEUEWALK_MESSAGES, sizeof *w->item);
	if (w->item == NULL)
		die(EXIT_TEMP, "out of memory");
	/* root sees there what its owner might see */
	if (folder_settle(queue) == -1 ||
	    queuereader_open(&w->store, queue) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	if (queuereader_age(&w->store, &w->age, w->now_s * 1000) == -1)
		warn("unable to read %s/clock: %m", queue);
	find_queue_run(w, queue);
}

void
queuewalk_run(struct queuewalk *w)
{
	struct buf scan = { 0 }, *ids = &w->sel->ids;
	size_t i;

	w->now_s = clock_wall_s();
	w->damaged = 0;
	/* names first: what the journal then says of them is no older */
	if (buf_len(ids) == 0 && !w->only_ids) {
		ids = &scan;
		if (queuereader_ids(&w->store, ids) == -1)
			die(EXIT_TEMP, "unable to read the queue: %m");
	}
	if (journaled_load(&w->outcomes, &w->store) == -1)
		die(EXIT_TEMP, "unable to read the queue: %m");
	for (i = 0; i < buf_len(ids); i += NAME_LEN)
		one_message(w, buf_data(ids) + i);
	tell_items(w);
	journaled_free(&w->outcomes);
	buf_free(&scan);
}
