/* queue-list - what waits in a queue, one line a recipient */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "proto/ltsv.h"
#include "queue/select.h"
#include "queue/store.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "queue-list [-al] [SELECTOR...] QUEUE";

enum { OUT_BYTES = 65536 };

static struct store store;
static struct outcomes outcomes;
static struct select_list selectors;
static struct buf out, head;
static int all, ltsv, status = EXIT_OK;
static int64_t now_s;

struct envelope {
	struct parcel_line from, prio, tenant, hold;
};

static void
flush(void)
{
	if (fd_write_all(1, buf_data(&out), buf_len(&out)) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&out);
}

/* the head is foreign bytes, and this may be a terminal */
static void
flush_text(void)
{
	buf_printable(&out);
	flush();
}

/* 90 -> "90s", 5400 -> "90m": two digits tell enough */
static const char *
span(char *t, size_t size, int64_t s)
{
	if (s < 0)
		s = 0;
	if (s < 100)
		snprintf(t, size, "%lds", (long)s);
	else if (s < 100 * 60)
		snprintf(t, size, "%ldm", (long)(s / 60));
	else if (s < 100 * 3600)
		snprintf(t, size, "%ldh", (long)(s / 3600));
	else
		snprintf(t, size, "%ldd", (long)(s / 86400));
	return t;
}

static int
waits(enum message_state s)
{
	return s == MESSAGE_QUEUED || s == MESSAGE_HELD;
}

static int
put_words(const char *id, unsigned n, uint64_t size, const struct envelope *e,
    const struct message_rcpt *r, enum message_state state)
{
	char age[24], next[24] = "-";

	span(age, sizeof age, now_s - name_time_us(id) / 1000000);
	if (waits(state))
		span(next, sizeof next, r->next - now_s);
	return buf_printf(&out, "%s %u %s %u %s %s %llu <%.*s> <%.*s>%s%.*s\n",
	    id, n, store_state_name(state), r->tries, age, next,
	    (unsigned long long)size, (int)e->from.value_len, e->from.value,
	    (int)r->address_len, r->address, r->reply_len > 0 ? " " : "",
	    (int)r->reply_len, r->reply);
}

/* values of the head are escaped as LTSV has it */
static int
put_raw(const char *label, const char *p, size_t n)
{
	struct ltsv_field f = { label, p, strlen(label), n };

	return n > 0 ? ltsv_copy(&out, &f) : 0;
}

static int
put_ltsv(const char *id, unsigned n, uint64_t size, const struct envelope *e,
    const struct message_rcpt *r, enum message_state state)
{
	static const struct ltsv_field null = { "from", "", 4, 0 };
	int64_t us = name_time_us(id);
	int k = ltsv_puts(&out, "id", id) | ltsv_putnum(&out, "n", n) |
	    ltsv_puts(&out, "state", store_state_name(state));

	if (state == MESSAGE_BOUNCED || state == MESSAGE_EXPIRED)
		k |= ltsv_puts(&out, "report", "owed");
	if (e->from.value_len == 0)
		k |= ltsv_copy(&out, &null);
	k |= put_raw("from", e->from.value, e->from.value_len) |
	    put_raw("to", r->address, r->address_len) |
	    ltsv_putnum(&out, "size", size) |
	    ltsv_putnum(&out, "try", r->tries) |
	    buf_printf(&out, "\tbirth:%lld.%03d", (long long)(us / 1000000),
		(int)(us / 1000 % 1000));
	if (waits(state))
		k |= ltsv_putnum(&out, "next", r->next);
	return k | put_raw("prio", e->prio.value, e->prio.value_len) |
	    put_raw("tenant", e->tenant.value, e->tenant.value_len) |
	    put_raw("hold-until", e->hold.value, e->hold.value_len) |
	    put_raw("params", r->params, r->params_len) |
	    put_raw("reply", r->reply, r->reply_len) | ltsv_end(&out);
}

static int
read_envelope(struct message_head *h, struct envelope *e)
{
	struct parcel_line l;
	int k;

	memset(e, 0, sizeof *e);
	while ((k = message_line(h, &l)) == 1)
		if (parcel_is(&l, "from"))
			e->from = l;
		else if (parcel_is(&l, "prio"))
			e->prio = l;
		else if (parcel_is(&l, "tenant"))
			e->tenant = l;
		else if (parcel_is(&l, "hold-until"))
			e->hold = l;
	return k;
}

static int
list_recipients(const char *id, struct message_head *h)
{
	enum message_state state;
	struct message_rcpt r;
	struct envelope e;
	unsigned n;
	int k;

	if (read_envelope(h, &e) == -1)
		return -1;
	for (n = 0; (k = message_rcpt(h, &r)) == 1; n++) {
		state = outcomes_state(&outcomes, id, n, &r);
		if (message_final(state) && !all)
			continue;
		if (!select_match(&selectors, id, e.from.value,
			e.from.value_len, &r, state))
			continue;
		k = ltsv ? put_ltsv(id, n, h->size, &e, &r, state)
			 : put_words(id, n, h->size, &e, &r, state);
		if (k != 0)
			die(EXIT_TEMP, "out of memory");
		if (buf_len(&out) >= OUT_BYTES)
			flush_text();
	}
	return k;
}

static void
list_message(const char *id)
{
	char path[NAME_PATH_LEN + 1];
	struct message_head h;
	struct stat st;
	int fd;

	name_path(path, id);
	fd = store_load(&store, path, &head, &h, &st);
	if (fd == -1 && errno == ENOENT)
		return; /* done with meanwhile */
	if (fd == -1 && errno != EINVAL)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	if (fd == -1 || list_recipients(id, &h) == -1) {
		warn("%s is no whole message", path);
		status = EXIT_PERM;
	}
	if (fd != -1)
		close(fd);
}

static void
list(const char *queue)
{
	static struct buf ids;
	char id[NAME_LEN + 1] = "";
	size_t i;

	now_s = clock_wall_s();
	/* root sees there what its owner might see */
	if (folder_settle(queue) == -1 || store_open(&store, queue) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	/* names first: what the journal then says of them is no older */
	if (store_ids(&store, &ids) == -1 ||
	    outcomes_load(&outcomes, &store) == -1)
		die(EXIT_TEMP, "unable to read queue %s: %m", queue);
	for (i = 0; i < buf_len(&ids); i += NAME_LEN) {
		memcpy(id, buf_data(&ids) + i, NAME_LEN);
		list_message(id);
	}
	flush_text();
}

int
main(int argc, char **argv)
{
	int o;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+al")) != -1)
		switch (o) {
		case 'a':
			all = 1;
			break;
		case 'l':
			ltsv = 1;
			break;
		default:
			die_usage(usage);
		}
	if (argc == optind)
		die_usage(usage);
	for (; optind < argc - 1; optind++)
		if (select_add(&selectors, argv[optind]) == -1)
			die(EXIT_PERM, "no selector: %s", argv[optind]);
	if (select_has_state(&selectors))
		all = 1;
	list(argv[argc - 1]);
	return status;
}
