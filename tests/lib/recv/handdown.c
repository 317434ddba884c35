/*
 * Where a message goes: down the chain, or through mail-fix to the same.
 * Both are this program again, which answers with its name.
 */
#include "recv/handdown.h"
#include "base/cdbwrite.h"
#include "base/die.h"
#include "base/fd.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-handdown.XXXXXX", table[64], link_[64];
static char *self;
static unsigned left;
static char heard[200];

/* the next link: "K" and its name for each parcel */

static int
chain(const char *name)
{
	static char parcel[4096];
	struct buf b = { 0 };
	size_t len;
	int c;

	alarm(20);
	while ((c = getchar()) != EOF) {
		for (len = 0; c >= '0' && c <= '9'; c = getchar())
			len = 10 * len + (c - '0');
		if (len >= sizeof parcel ||
		    fread(parcel, 1, len + 1, stdin) != len + 1)
			return 111;
		buf_clear(&b);
		receipt_put(&b, RECEIPT_OK, name);
		if (fd_write_all(1, buf_data(&b), buf_len(&b)) == -1)
			return 111;
	}
	return 0;
}

/* messages */

static void
on_done(struct handover_item *item, enum receipt_kind kind, const char *text,
    size_t n)
{
	size_t at = strlen(heard);

	snprintf(heard + at, sizeof heard - at, "%c%.*s ", (char)kind, (int)n,
	    text);
	incoming_free((struct incoming *)((char *)item -
	    offsetof(struct incoming, item)));
	if (--left == 0)
		loop_stop();
}

static void
put(struct inbound *in, int inside)
{
	struct incoming *l = incoming_new(&in->store, NULL);

	incoming_line(l, "from", "a@b.example", 11);
	incoming_add(l, "Subject: x\n\nbody\n", 17);
	incoming_whole(l);
	l->item.done = on_done;
	if (handdown_put(in, l, inside) == 0) {
		left++;
		return;
	}
	strcat(heard, "none ");
	incoming_free(l);
}

/* the way of a stranger's message, and of one of our own people */
static const char *
ways(struct inbound *in)
{
	heard[0] = '\0';
	put(in, 0);
	if (left > 0)
		loop_run();
	put(in, 1);
	if (left > 0)
		loop_run();
	return heard;
}

static struct inbound *
begin(char *const *argv)
{
	struct inbound *in = calloc(1, sizeof *in);

	handover_init(&in->next, argv, 1);
	strcpy(in->config.host, "me.example");
	in->store.share.pool[SHARE_MEMORY].max = 1 << 20;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	return in;
}

static void
put_rules(void)
{
	struct cdbwrite w = { .n = 0 };
	int fd = open(table, O_WRONLY | O_CREAT | O_EXCL, 0600);

	cdbwrite_add(&w, "=kinds", 6, "*", 1);
	cdbwrite_finish(&w);
	if (fd_write_all(fd, buf_data(&w.out), buf_len(&w.out)) == -1)
		abort();
	close(fd);
	cdbwrite_free(&w);
}

static void
end(struct inbound *in)
{
	handdown_close(in);
	handover_reset(&in->next);
	handover_reset(&in->fixed);
}

/* each by its own rules, at the same time */
static void
two(void)
{
	char *argv[] = { self, "next", NULL };
	struct inbound *with = begin(argv), *without = begin(argv),
		       *nothing = begin(argv);

	put_rules();
	handdown_fix(with, dir);
	handdown_fix(without, "/nonexistent");
	if (handover_start(&with->next) == -1 ||
	    handover_start(&without->next) == -1 ||
	    handover_start(&nothing->next) == -1)
		abort();
	is_str(ways(with), "Knext Kmail-fix ", "ours through its rules");
	is_str(ways(without), "Knext Knext ", "the other has none");
	is_str(ways(nothing), "Knext Knext ", "one that completes nothing");
	is_str(with->fixed.argv[2], dir, "the link has the rules");
	is_str(with->fixed.argv[3], self, "and the chain behind it");
	ok(!handdown_ended(with), "a chain runs");
	end(with);
	end(without);
	end(nothing);
	unlink(table);
}

static void
fixing(void)
{
	char *argv[] = { "/usr/bin/mail-fix", self, NULL };
	struct inbound *in = begin(argv);

	handdown_fix(in, dir);
	is_num(in->completes, 0, "a mail-fix in the chain sees all");
	end(in);
}

static void
away(void)
{
	char *argv[] = { "/nonexistent/next", NULL };
	struct inbound *in = begin(argv);

	is_str(ways(in), "none none ", "no chain: later");
	ok(handdown_ended(in), "nothing runs");
	is_num(in->store.share.pool[SHARE_MEMORY].used, 0, "nothing is kept");
	end(in);
}

static void
full(void)
{
	static struct inbound in;

	in.limits.parcels_max = 4;
	in.next.n = in.fixed.n = 1;
	is_num(handdown_full(&in, 0), 0, "one below: both ways count");
	in.fixed.n = 2;
	is_num(handdown_full(&in, 0), 1, "as many as strangers may have");
	is_num(handdown_full(&in, 1), 0, "our own people have room");
	in.fixed.n = 3;
	is_num(handdown_full(&in, 1), 1, "as many as may be");
	in.limits.parcels_max = 1;
	in.next.n = in.fixed.n = 0;
	is_num(handdown_full(&in, 0), 0, "of one alone nothing is kept");
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	if (strcmp(argv[0], "mail-fix") == 0)
		return chain("mail-fix");
	if (argc == 2)
		return chain(argv[1]);
	alarm(60);
	self = realpath(argv[0], NULL);
	if (self == NULL || mkdtemp(dir) == NULL ||
	    freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	snprintf(table, sizeof table, "%s/fix.cdb", dir);
	snprintf(link_, sizeof link_, "%s/mail-fix", dir);
	if (symlink(self, link_) == -1 || setenv("PATH", dir, 1) == -1)
		return 111;
	two();
	fixing();
	away();
	full();
	unlink(link_);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
