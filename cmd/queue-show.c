/* queue-show - one message of a queue */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/folder.h"
#include "base/num.h"
#include "base/out.h"
#include "queue/queuereader.h"
#include "queue/standing.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "queue-show [-hm] QUEUE ID";

enum { COPY_BYTES = 65536 };

static struct journaled_list outcomes;
static struct standings standings;
static struct buf head, out;
static int64_t hold_until; /* seconds, 0: no such line */

static int
put_line(const struct parcel_line *l)
{
	return buf_printf(&out, "%.*s%s%.*s\n", (int)l->key_len, l->key,
	    l->value_len > 0 ? " " : "", (int)l->value_len, l->value);
}

/* as in the file, but the journal's states and no padding; below it what
 * queue-run knows */
static int
put_rcpt(const char *id, unsigned n, const struct message_rcpt *r)
{
	enum message_state state = journaled_state(&outcomes, id, n, r);
	struct standing at;
	size_t from;
	int k;

	k = buf_printf(&out, "to %c %c %u %lld <%.*s>%s%.*s%s%.*s\n", state,
	    message_mark(r->mark, r->doubt), r->tries, (long long)r->next,
	    (int)r->address_len, r->address, r->params_len > 0 ? " " : "",
	    (int)r->params_len, r->params, r->reply_len > 0 ? " " : "",
	    (int)r->reply_len, r->reply);
	standings_find(&standings, id, n, &at);
	from = buf_len(&out);
	k |= standing_words(&at, state, r->next, hold_until, clock_wall_s(),
	    &out);
	if (k != 0 || buf_len(&out) == from)
		return k;
	buf_data(&out)[from] = '\t';
	return buf_putc(&out, '\n');
}

static void
note_line(const struct parcel_line *l)
{
	int64_t ms;

	if (parcel_is(l, "hold-until") &&
	    num_scan_time(l->value, l->value_len, &ms) == 0)
		hold_until = ms / 1000;
}

static int
show_head(const char *id, struct message_head *h)
{
	struct parcel_line l;
	struct message_rcpt r;
	unsigned n;
	int k;

	while ((k = message_line(h, &l)) == 1) {
		note_line(&l);
		if (put_line(&l) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	for (n = 0; k != -1 && (k = message_rcpt(h, &r)) == 1; n++) {
		if (put_rcpt(id, n, &r) == -1)
			die(EXIT_TEMP, "out of memory");
		if (buf_len(&out) >= COPY_BYTES)
			out_flush_plain(&out);
	}
	out_flush_plain(&out);
	return k;
}

/* what queue-run knows of it, and who says what follows */
static void
ask_queue_run(struct queuereader *s, const char *queue, const char *id)
{
	if (standings_open(&standings, s->root) == 0 &&
	    standings_ask(&standings, id, 1) == 0)
		return;
	if (ask_nobody(errno))
		info("from the file: no queue-run works on %s", queue);
	else
		warn("from the file: queue-run cannot be asked: %m");
}

static void
show_message(int fd, uint64_t at)
{
	ssize_t n;

	buf_clear(&out);
	if (buf_reserve(&out, COPY_BYTES) == -1)
		die(EXIT_TEMP, "out of memory");
	while ((n = pread(fd, buf_tail(&out), COPY_BYTES, at)) > 0) {
		buf_added(&out, n);
		out_flush(&out);
		at += n;
	}
	if (n == -1)
		die(EXIT_TEMP, "unable to read: %m");
}

static int
show(const char *queue, const char *id, int want_head, int want_message)
{
	char path[NAME_PATH_LEN + 1];
	struct message_head h;
	struct queuereader s;
	struct stat st;
	int fd, status = EXIT_OK;

	/* root sees there what its owner might see */
	if (folder_settle(queue) == -1 || queuereader_open(&s, queue) == -1)
		die(EXIT_TEMP, "unable to open queue %s: %m", queue);
	name_path(path, id);
	fd = queuereader_load(&s, path, &head, &h, &st);
	if (fd == -1 && errno == EINVAL)
		die(EXIT_PERM, "%s is no whole message", path);
	if (fd == -1)
		die(errno == ENOENT ? EXIT_PERM : EXIT_TEMP,
		    "unable to open %s: %m", path);
	if (want_head && journaled_load(&outcomes, &s) == -1)
		die(EXIT_TEMP, "unable to read the journal: %m");
	if (want_head)
		ask_queue_run(&s, queue, id);
	if (want_head && show_head(id, &h) == -1) {
		warn("the head of %s is damaged", path);
		status = EXIT_PERM;
	}
	if (want_head && want_message && fd_write_all(1, "\n", 1) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	if (want_message)
		show_message(fd, h.head_len);
	return status;
}

int
main(int argc, char **argv)
{
	int o, only_head = 0, only_message = 0;

	prog_init(argv);
	opterr = 0;
	while ((o = getopt(argc, argv, "+hm")) != -1)
		switch (o) {
		case 'h': only_head = 1; break;
		case 'm': only_message = 1; break;
		default: die_usage(usage);
		}
	if (argc - optind != 2 || (only_head && only_message))
		die_usage(usage);
	if (name_check(argv[optind + 1], strlen(argv[optind + 1])) == -1)
		die(EXIT_PERM, "no id: %s", argv[optind + 1]);
	return show(argv[optind], argv[optind + 1], !only_message, !only_head);
}
