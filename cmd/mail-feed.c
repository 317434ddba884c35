/*
 * mail-feed - messages of a stream into the chain
 *
 * Descriptor 0 -> feed/feedsource (a mailbox, a batch, lines of JSON) ->
 * feed/feedrun -> parcels to the instance; receipts come back and become lines on
 * descriptor 1, and in the book of the stream what is done.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "conf/hostname.h"
#include "feed/feedsource.h"
#include "sendmail/handin.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

enum {
	READ = 65536,
	WINDOW_DEFAULT = 200, /* messages under way */
	WINDOW_MAX = 10000    /* -w */
};

static const char usage[] =
    "mail-feed -b | -j | -m [-tv] [-C dir] [-f from] [-s FILE] [-w N] "
    "[recipient ...]";

static const char *dir, *from;
static unsigned window = WINDOW_DEFAULT;
static char me[HOSTNAME_MAX + 1], sender[ENVELOPE_ADDRESS_ROOM];
static struct localuser caller;
static struct envelope rcpts = { .me = me };
static struct feedrun run = { .mail = { .me = me, .rcpts = &rcpts },
	.by = { &caller, me, 0 },
	.book = { .fd = -1 } };
static struct feedsource source = { .run = &run };

static struct handin where;
static char *next[4];
static struct loop_io input;
static struct loop_hook settled;
static struct loop_signal on_term, on_int;
static struct buf in;
static int over, stopped; /* the stream; we */

/* the stream */

static int
full(void)
{
	return feedrun_open(&run) >= window || run.waiting != NULL ||
	    source.held || stopped;
}

/* as much of what was read as may be */
static void
consume(void)
{
	for (source.went = 1; source.went && !full();)
		buf_consume(&in,
		    feedsource_feed(&source, buf_data(&in), buf_len(&in)));
}

static void
on_input(void *arg, int events)
{
	ssize_t n;

	(void)arg;
	(void)events;
	needs(buf_reserve(&in, READ));
	n = read(0, buf_tail(&in), READ);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n == -1)
		die(EXIT_TEMP, "unable to read: %m");
	if (n == 0) {
		over = 1;
		loop_io_stop(&input);
		return;
	}
	buf_added(&in, (size_t)n);
}

/* before the loop waits: what is known is told, and more is taken */
static void
on_settled(void *arg)
{
	static int ended;

	(void)arg;
	consume();
	if (over && !ended && !full() && buf_len(&in) == 0) {
		ended = 1;
		feedsource_end(&source);
	}
	feedrun_settle(&run);
	if (buf_len(&run.out) > 0 &&
	    fd_write_all(1, buf_data(&run.out), buf_len(&run.out)) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	buf_clear(&run.out);
	if (!over)
		loop_io_want(&input,
		    full() || buf_len(&in) > 0 ? 0 : LOOP_READ);
	if ((ended || stopped) && feedrun_open(&run) == 0) {
		handover_close(&run.chain);
		loop_stop();
	}
}

static void
on_stop(void *arg)
{
	(void)arg;
	stopped = 1;
}

static void
format(const struct feedsource_ops *ops)
{
	if (source.ops != NULL)
		die_usage(usage);
	source.ops = ops;
}

static void
option(int c)
{
	switch (c) {
	case 'C': dir = optarg; break;
	case 'b': format(&feedsource_batch); break;
	case 'j': format(&feedsource_json); break;
	case 'm': format(&feedsource_mbox); break;
	case 'f': from = optarg; break;
	case 's': run.book_path = optarg; break;
	case 't': run.mail.take_rcpts = 1; break;
	case 'v': source.replies = run.quiet = 1; break;
	case 'w': window = (unsigned)opt_num(c, optarg, 1, WINDOW_MAX); break;
	default: die_usage(usage);
	}
}

static void
options(int argc, char **argv)
{
	int c, batch;

	while ((c = getopt(argc, argv, "+C:bf:jms:tvw:")) != -1)
		option(c);
	batch = source.ops == &feedsource_batch;
	if (source.ops == NULL || (source.replies && !batch) ||
	    (batch && (run.mail.take_rcpts || from != NULL || optind < argc)))
		die_usage(usage);
}

/* from whom and to whom all of them are, as far as that is said */
static void
people(char **argv)
{
	const char *bad;
	size_t len;

	localuser_read(&caller, me);
	run.by.uid = (unsigned long)getuid();
	run.mail.fallback = caller.from;
	if (from != NULL && envelope_sender(&rcpts, from, sender) == -1)
		opt_bad('f', from, "an address");
	run.mail.from = from == NULL ? NULL : sender;
	for (; *argv != NULL; argv++)
		if (envelope_add(&rcpts, *argv, strlen(*argv), &bad, &len) !=
		    ENVELOPE_OK)
			die(EXIT_PERM, "bad address: %s", *argv);
	if (source.ops == &feedsource_mbox && rcpts.n_rcpts == 0 &&
	    !run.mail.take_rcpts)
		die_usage(usage);
}

/* the bytes that are done already */
static void
skip(uint64_t n)
{
	static char block[READ];
	ssize_t k;

	if (lseek(0, 0, SEEK_CUR) == 0 && lseek(0, (off_t)n, SEEK_SET) != -1)
		return;
	for (; n > 0; n -= (uint64_t)k) {
		k = fd_read_all(0, block, n < READ ? n : READ);
		if (k <= 0)
			die(EXIT_PERM, "it is shorter than %s says",
			    run.book_path);
	}
}

static void
open_book(void)
{
	if (run.book_path == NULL)
		return;
	if (feedbook_open(&run.book, run.book_path) == -1)
		die(errno == EINVAL ? EXIT_PERM : EXIT_TEMP,
		    errno == EINVAL      ? "no book of a stream: %s"
			: errno == EBUSY ? "another one has %s"
					 : "unable to open %s: %m",
		    run.book_path);
	skip(run.book.at);
	run.at = source.began = run.book.at;
	run.count = run.book.n;
}

/* which instance, and what it is called */
static void
find_instance(void)
{
	char conf[4096];

	if (dir == NULL)
		dir = getenv("ROHRPOST_DIR");
	if (dir == NULL || dir[0] == '\0')
		dir = ROHRPOST_DIR;
	where.dir = dir;
	where.chain = getenv("ROHRPOST_INJECT");
	if (where.chain != NULL && where.chain[0] == '\0')
		where.chain = NULL;
	snprintf(conf, sizeof conf, "%s/conf", dir);
	if (hostname_read(conf, me) == -1 &&
	    (where.chain == NULL || hostname_read(NULL, me) == -1))
		die(EXIT_TEMP, "unable to read %s/me: %m", conf);
	if (source.ops == &feedsource_batch && feedsource_init(&source) == -1)
		die(EXIT_TEMP, "%s/me: not a host name: %s", conf, me);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	run.tmp = getenv("TMPDIR");
	if (run.tmp == NULL || run.tmp[0] == '\0')
		run.tmp = "/tmp";
	find_instance();
	people(argv + optind);
	open_book();
	needs(handin_link(&where, next));
	feedrun_start(&run, next);
	loop_signal_start(&on_term, SIGTERM, on_stop, NULL);
	loop_signal_start(&on_int, SIGINT, on_stop, NULL);
	loop_hook_start(&settled, on_settled, NULL);
	loop_io_start(&input, 0, LOOP_READ, on_input, NULL);
	loop_run();
	return run.later || stopped ? EXIT_TEMP
	    : run.refused           ? EXIT_PERM
				    : EXIT_OK;
}
