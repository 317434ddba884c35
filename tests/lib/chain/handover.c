/*
 * Parcels to chains and receipts back.  The chain is this program again:
 * its first argument says how it behaves.
 */
#include "base/die.h"
#include "base/fd.h"
#include "chain/handover.h"
#include "conf/word.h"
#include "looprun.h"
#include "tap.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* the chain */

static char parcel[4 << 20];

/* a whole parcel from descriptor 0: its length, 0 at EOF */
static size_t
next_parcel(void)
{
	size_t len = 0, n;
	ssize_t r;
	char c;

	while ((r = read(0, &c, 1)) == 1 && c != ':')
		len = 10 * len + (c - '0');
	if (r != 1 || len + 1 > sizeof parcel)
		return 0;
	for (n = 0; n <= len; n += r)
		if ((r = read(0, parcel + n, len + 1 - n)) <= 0)
			return 0;
	return len;
}

static void
say(const char *s, size_t n)
{
	if (fd_write_all(1, s, n) == -1)
		_exit(111);
}

static void
put_receipt(enum receipt_kind kind, const char *text)
{
	struct buf b = { 0 };

	receipt_put(&b, kind, text);
	say(buf_data(&b), buf_len(&b));
	buf_free(&b);
}

/*
 *   hash    the parcel's hash for each, until EOF
 *   pid     its process id for each
 *   die N   N receipts K, then the end
 *   hang    takes nothing, until there is nobody to take from
 *   late    all receipts after EOF, byte by byte
 *   long N  a receipt of N bytes
 *   say X   X for the first parcel
 *   early   a receipt that nobody asked for
 *   kinds   D, Z, K in turn
 */
static int
chain(const char *how, const char *arg)
{
	static const char kinds[] = "DZK";
	char t[2 * RECEIPT_MAX + 64];
	unsigned i, n = arg == NULL ? 0 : (unsigned)atoi(arg);
	size_t len, k;

	alarm(20);
	if (strcmp(how, "hang") == 0)
		return poll(&(struct pollfd){ 0 }, 1, -1) == -1;
	if (strcmp(how, "early") == 0)
		put_receipt(RECEIPT_OK, "early");
	for (i = 0;
	     (strcmp(how, "die") != 0 || i < n) && (len = next_parcel()) > 0;
	     i++) {
		snprintf(t, sizeof t, "%016llx",
		    (unsigned long long)word_hash(0, parcel, len));
		if (strcmp(how, "pid") == 0)
			snprintf(t, sizeof t, "%d", (int)getpid());
		if (strcmp(how, "long") == 0) {
			k = snprintf(t, sizeof t, "%u:", n);
			memset(t + k, 'K', n);
			t[k + n] = ',';
			say(t, k + n + 1);
		} else if (strcmp(how, "say") == 0) {
			say(arg, strlen(arg));
		} else if (strcmp(how, "kinds") == 0) {
			put_receipt(kinds[i % 3], "x");
		} else if (strcmp(how, "late") != 0) {
			put_receipt(RECEIPT_OK, t);
		}
	}
	if (strcmp(how, "late") == 0)
		for (; i > 0; i--)
			for (k = 0; k < 5; k++)
				say(&"2:Ka,"[k], 1);
	return 0;
}

/* the other side */

struct item {
	struct handover_item h; /* first */
	unsigned number;
	unsigned answered;
	enum receipt_kind kind;
	char text[RECEIPT_MAX + 1];
};

static struct handover h;
static struct item item[300];
static struct buf trace; /* "NUMBER KIND " */
static unsigned want, changed;
static struct loop_timer poke;
static char *self;

static void
on_done(struct handover_item *i, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct item *t = (struct item *)i;

	t->answered++;
	t->kind = kind;
	snprintf(t->text, sizeof t->text, "%.*s", (int)n, text);
	buf_printf(&trace, "%u%c ", t->number, kind);
	if (want > 0 && --want == 0)
		loop_stop();
}

static void
on_changed(void *arg)
{
	(void)arg;
	changed++;
	if (h.stopping && handover_ended(&h))
		loop_stop();
}

static void
on_stop(void *arg)
{
	(void)arg;
	loop_stop();
}

static char *argv[4];

static void
begin(const char *how, const char *arg, unsigned chains)
{
	argv[0] = self;
	argv[1] = (char *)how;
	argv[2] = (char *)arg;
	handover_init(&h, argv, chains);
	h.changed = on_changed;
	buf_clear(&trace);
	changed = 0;
}

static void
fill(struct item *t, unsigned number, const char *text)
{
	memset(t, 0, sizeof *t);
	t->number = number;
	t->h.fd = -1;
	t->h.done = on_done;
	buf_puts(&t->h.env, "from a@b\nto c@d\n");
	buf_puts(&t->h.text, text);
}

static void
drop(struct item *t)
{
	buf_free(&t->h.env);
	buf_free(&t->h.text);
	buf_free(&t->h.after);
	if (t->h.fd != -1)
		close(t->h.fd);
}

/* put that many; their numbers are those in item */
static void
put(unsigned first, unsigned n)
{
	char text[32];
	unsigned i;

	for (i = first; i < first + n; i++) {
		snprintf(text, sizeof text, "message %u\n", i);
		fill(&item[i], i, text);
		if (handover_put(&h, &item[i].h) == -1)
			buf_printf(&trace, "%u- ", i);
	}
}

/* until so many receipts are there; 0: until all chains have ended */
static void
run(unsigned n)
{
	want = n;
	looprun();
}

static const char *
traced(void)
{
	buf_putc(&trace, '\0');
	trace.end--;
	return buf_data(&trace);
}

static void
end(void)
{
	unsigned i;

	handover_close(&h);
	if (!handover_ended(&h))
		run(0);
	ok(handover_ended(&h) && h.n == 0, "all chains have ended");
	for (i = 0; i < 300; i++)
		if (item[i].h.done != NULL)
			drop(&item[i]);
	memset(item, 0, sizeof item);
}

/* the hash of what the parcel of an item has to be */
static void
expect(char *out, const char *message, size_t n)
{
	struct buf b = { 0 };

	buf_puts(&b, "from a@b\nto c@d\n\n");
	buf_put(&b, message, n);
	snprintf(out, 32, "%016llx",
	    (unsigned long long)word_hash(0, buf_data(&b), buf_len(&b)));
	buf_free(&b);
}

static void
in_order(void)
{
	struct buf w = { 0 };
	char hash[32], text[32];
	unsigned i, bad = 0;

	begin("hash", NULL, 1);
	is_num(handover_put(&h, &item[0].h), -1, "nothing runs yet");
	is_num(handover_start(&h), 0, "start");
	put(0, 300);
	is_num(buf_len(&trace), 0, "no receipt while parcels are put");
	is_num(h.n, 300, "all are on their way");
	run(300);
	for (i = 0; i < 300; i++) {
		buf_printf(&w, "%uK ", i);
		snprintf(text, sizeof text, "message %u\n", i);
		expect(hash, text, strlen(text));
		bad += strcmp(hash, item[i].text) != 0 || item[i].answered != 1;
	}
	buf_putc(&w, '\0');
	is_str(traced(), buf_data(&w), "in order, each once");
	is_num(bad, 0, "each with its own");
	is_num(changed > 0, 1, "and that none is left is told");
	end();
	buf_free(&w);
	begin("kinds", NULL, 1);
	handover_start(&h);
	put(0, 6);
	run(6);
	is_str(traced(), "0D 1Z 2K 3D 4Z 5K ", "kinds");
	end();
	begin("late", NULL, 1);
	handover_start(&h);
	put(0, 3);
	end();
	is_str(traced(), "0K 1K 2K ", "receipts behind the end, in pieces");
}

/* text, part of a file, text again: small, and larger than any buffer */
static void
files(void)
{
	static const size_t len[] = { 0, 1, HANDOVER_READ, HANDOVER_READ + 1,
		3 << 20 };
	char path[] = "/tmp/rohrpost-handover.XXXXXX", hash[32];
	char *big = malloc((3 << 20) + 8);
	struct buf m = { 0 };
	int fd = mkstemp(path);
	unsigned i;

	unlink(path);
	for (i = 0; i < (3 << 20) + 8; i++)
		big[i] = (char)(i * 7 + i / 1000);
	fd_write_all(fd, big, (3 << 20) + 8);
	begin("hash", NULL, 1);
	handover_start(&h);
	for (i = 0; i < 5; i++) {
		fill(&item[i], i, "before\n");
		item[i].h.fd = dup(fd);
		item[i].h.file_off = 5;
		item[i].h.file_len = len[i];
		buf_puts(&item[i].h.after, "after\n");
		handover_put(&h, &item[i].h);
	}
	run(5);
	for (i = 0; i < 5; i++) {
		buf_clear(&m);
		buf_puts(&m, "before\n");
		buf_put(&m, big + 5, len[i]);
		buf_puts(&m, "after\n");
		expect(hash, buf_data(&m), buf_len(&m));
		is_str(item[i].text, hash, "with a part of a file");
	}
	/* a file that is shorter than it was: what was begun is cut off */
	handover_close(&h);
	end();
	begin("hash", NULL, 1);
	handover_start(&h);
	put(0, 1);
	fill(&item[1], 1, "x");
	item[1].h.fd = dup(fd);
	item[1].h.file_off = 10;
	item[1].h.file_len = 3 << 20;
	handover_put(&h, &item[1].h);
	put(2, 1);
	is_num(item[1].answered, 0, "not from within put");
	run(3);
	is_num(item[0].answered + item[1].answered + item[2].answered, 3,
	    "each answered once");
	is_num(item[1].kind, RECEIPT_TEMP, "a file that cannot be read");
	is_num(strncmp(item[1].text, "4.3.0 ", 6), 0, "its status code");
	end();
	close(fd);
	buf_free(&m);
	free(big);
}

static void
on_poke(void *arg)
{
	(void)arg;
	if (handover_put(&h, &item[9].h) == 0)
		return;
	loop_timer_set(&poke, 5, on_poke, NULL);
}

static void
dying(void)
{
	int64_t last;
	unsigned n = 0;

	begin("die", "2", 1);
	handover_start(&h);
	put(0, 5);
	run(5);
	is_str(traced(), "0K 1K 2Z 3Z 4Z ", "what it owed is temporary");
	is_num(handover_put(&h, &item[9].h), -1, "it does not run");
	is_num(h.chain[0].restart.pause_ms, HANDOVER_BACKOFF_MIN_MS,
	    "it had answered: the shortest pause");
	/* and again by itself */
	fill(&item[9], 9, "again\n");
	loop_timer_set(&poke, 0, on_poke, NULL);
	run(1);
	is_str(traced(), "0K 1K 2Z 3Z 4Z 9K ", "it is started again");
	end();

	begin("die", "0", 1);
	handover_start(&h);
	for (last = 0; n < 3 && h.chain[0].restart.pause_ms < 800;) {
		loop_timer_set(&poke, 20, on_stop, NULL);
		run(0);
		if (h.chain[0].restart.pause_ms != last) {
			n++;
			is_num(h.chain[0].restart.pause_ms,
			    last == 0 ? HANDOVER_BACKOFF_MIN_MS : 2 * last,
			    "later each time");
			last = h.chain[0].restart.pause_ms;
		}
	}
	loop_timer_stop(&poke);
	end();
}

static void
nonsense(void)
{
	static const struct {
		const char *how, *arg, *want;
	} t[] = {
		{ "say", "hello", "0Z 1Z " },
		{ "say", "2:Ka,2:Kb,2:Kc,", "0K 1K " },
		{ "say", "2:Xa,", "0Z 1Z " },
		{ "say", "0:,", "0Z 1Z " },
		{ "say", "2:Ka;", "0Z 1Z " },
		{ "say", "01:K,", "0Z 1Z " },
		{ "say", "1:K,", "0K 1K " },
		{ "long", "1024", "0K 1K " },
		{ "long", "1025", "0Z 1Z " },
		{ "early", NULL, NULL },
	};
	size_t i;

	is_num(RECEIPT_MAX, 1024, "the longest receipt");
	for (i = 0; i < sizeof t / sizeof *t; i++) {
		begin(t[i].how, t[i].arg, 1);
		handover_start(&h);
		if (t[i].want == NULL) {
			loop_timer_set(&poke, 2000, on_stop, NULL);
			while (h.chain[0].up && loop_timer_active(&poke)) {
				looprun_ms(10);
			}
			loop_timer_stop(&poke);
			is_num(h.chain[0].up, 0, "a receipt for nothing");
		} else {
			put(0, 2);
			run(2);
			is_str(traced(), t[i].want, t[i].arg);
		}
		handover_reset(&h);
		end();
	}
}

static void
several(void)
{
	begin("pid", NULL, 3);
	is_num(handover_start(&h), 0, "three chains");
	put(0, 6);
	run(6);
	ok(strcmp(item[0].text, item[1].text) != 0 &&
		strcmp(item[1].text, item[2].text) != 0 &&
		strcmp(item[0].text, item[2].text) != 0,
	    "shared out among all");
	is_str(item[3].text, item[0].text, "the one with least to do first");
	end();
	is_num(handover_put(&h, &item[0].h), -1, "nothing after the end");

	begin("hang", NULL, 2);
	handover_start(&h);
	put(0, 3);
	handover_reset(&h);
	is_str(traced(), "0Z 2Z 1Z ", "reset answers all");
	is_num(handover_put(&h, &item[3].h), -1, "and nothing runs");
	is_num(h.chain[0].restart.waiting && h.chain[1].restart.waiting, 1,
	    "until its time has come");
	end();

	begin("hash", NULL, 1);
	argv[0] = "/nowhere/at/all";
	errno = 0;
	is_num(handover_start(&h), -1, "no such program");
	is_num(errno, ENOENT, "and why");
	is_num(h.chain[0].restart.waiting, 1, "tried again later");
	end();
}

int
main(int argc, char **args)
{
	if (argc > 1)
		return chain(args[1], argc > 2 ? args[2] : NULL);
	prog_init(args);
	self = realpath(args[0], NULL);
	if (freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	fflush(stdout);
	in_order();
	files();
	dying();
	nonsense();
	several();
	return done();
}
