/* a message while it comes in: memory, file, bounds */
#include "base/die.h"
#include "mail/header.h"
#include "recv/incoming.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-letter.XXXXXX";
#define MEMORY store.share.pool[SHARE_MEMORY]

/* one whose letters may take so much memory, and files without end */
static struct incoming_store
store_of(uint64_t memory)
{
	struct incoming_store s = { .dir = dir };

	s.share.pool[SHARE_MEMORY].max = memory;
	s.share.pool[SHARE_FILES].max = UINT64_MAX / 2;
	return s;
}

static char content[3 * INCOMING_MEMORY_MAX];

/* what the item holds, in order; NULL text is freed by the caller */
static char *
held(struct incoming *l, size_t *n)
{
	struct handover_item *i = &l->item;
	char *p = malloc(buf_len(&i->text) + i->file_len + 1);

	*n = buf_len(&i->text);
	if (*n > 0)
		memcpy(p, buf_data(&i->text), *n);
	if (i->fd != -1 &&
	    pread(i->fd, p + *n, i->file_len, i->file_off) ==
		(ssize_t)i->file_len)
		*n += i->file_len;
	return p;
}

/* in pieces of this size: the same bytes, in a file only when large */
static void
pieces(void)
{
	static const size_t sizes[] = { 0, 1, INCOMING_MEMORY_MAX - 1,
		INCOMING_MEMORY_MAX, INCOMING_MEMORY_MAX + 1, sizeof content };
	static const size_t piece[] = { sizeof content, 4096, 1 };
	struct incoming_store store = store_of(8 << 20);
	struct incoming *l;
	size_t i, k, at, n;
	char *p;

	for (i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (k = 0; k < 3; k++) {
			l = incoming_new(&store, NULL);
			for (at = 0; at < sizes[i]; at += n) {
				n = sizes[i] - at < piece[k] ? sizes[i] - at
							     : piece[k];
				incoming_add(l, content + at, n);
			}
			is_num(incoming_whole(l), 0, "whole");
			is_num(l->item.fd != -1, sizes[i] > INCOMING_MEMORY_MAX,
			    "in a file");
			p = held(l, &n);
			ok(n == sizes[i] && memcmp(p, content, n) == 0,
			    "its bytes");
			ok(MEMORY.used <= sizeof *l + INCOMING_MEMORY_MAX,
			    "memory");
			free(p);
			incoming_free(l);
			is_num(MEMORY.used, 0, "memory is given back");
		}
}

static void
marks(void)
{
	struct incoming_store store = store_of(8 << 20);
	static const char mail[] = "Received: a\nReceived: b\n\nReceived: c\n";
	struct incoming *l = incoming_new(&store, NULL);
	size_t i;

	for (i = 0; i < sizeof mail - 1; i++)
		incoming_add(l, mail + i, 1);
	is_num(l->hops.count, 2, "hops");
	is_num(l->eight, 0, "seven bits");
	incoming_add(l, "\x80", 1);
	is_num(l->eight, 1, "eight bits");
	incoming_drop(l);
	is_num(incoming_whole(l), -1, "dropped");
	incoming_add(l, "x", 1);
	is_num((long long)spool_len(&l->content), 0, "and stays so");
	incoming_free(l);
	is_num(MEMORY.used, 0, "memory is given back");
}

/* what is behind our own field, in whole and byte by byte, with room in
 * memory and without */
static void
front(void)
{
	static const struct {
		const char *in;
		int fits; /* 2: behind a name */
	} cases[] = {
		{ "", 1 },
		{ "\n", 1 },
		{ "A: b\n", 1 },
		{ "A: b", 1 },
		{ "A : b\n\nx", 1 },
		{ "\nA: b\n", 1 },
		{ "A:", 1 },
		{ " A: b\n", 0 },
		{ "\tb\n", 0 },
		{ " ", 0 },
		{ "text", 0 },
		{ "text\nA: b\n\n", 0 },
		{ ": b\n", 0 },
		{ "A", 0 },
		{ "From a@b Thu\nA: b\n", 2 },
		{ ">From a@b Thu\nA: b\n", 2 },
		{ "From a@b Thu\n\nA: b\n", 0 },
		{ "From a@b Thu\nb\n", 0 },
		{ "From a@b Thu\n", 0 },
		{ "A b: c\n", 0 },
		{ "A\303\266: b\n", 0 },
		{ "A\n: b\n", 0 },
	};
	static const char *const fronts[] = { "\n", "", "X-Mailbox-Line: " };
	struct incoming_store store = store_of(0);
	struct incoming *l;
	char want[100], *p;
	size_t i, k, at, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (k = 0; k < 4; k++) {
			MEMORY.max = k < 2 ? 8 << 20 : 0;
			l = incoming_new(&store, NULL);
			incoming_front(l, "Ours: x\n", 8);
			n = strlen(cases[i].in);
			for (at = 0; k % 2 == 1 && at < n; at++)
				incoming_add(l, cases[i].in + at, 1);
			if (k % 2 == 0)
				incoming_add(l, cases[i].in, n);
			is_num(incoming_whole(l), 0, "whole");
			p = held(l, &n);
			p[n] = '\0';
			snprintf(want, sizeof want, "Ours: x\n%s%s",
			    fronts[cases[i].fits], cases[i].in);
			is_str(p, want, "behind our field");
			free(p);
			incoming_free(l);
			is_num(MEMORY.used, 0, "memory is given back");
		}
	/* a name as long as may be, and one byte more */
	for (i = 0; i < 2; i++) {
		l = incoming_new(&store, NULL);
		incoming_front(l, "O: x\n", 5);
		memset(content, 'a', HEADER_NAME_MAX + i);
		content[HEADER_NAME_MAX + i] = ':';
		for (at = 0; at <= HEADER_NAME_MAX + i; at++)
			incoming_add(l, content + at, 1);
		is_num(incoming_whole(l), 0, "whole");
		p = held(l, &n);
		is_num(n, 5 + HEADER_NAME_MAX + 1 + 2 * i, "its bytes");
		is_num(p[5] == '\n', i, "an empty line before what is none");
		free(p);
		incoming_free(l);
	}
}

/* what all letters hold together */
static void
bounds(void)
{
	struct incoming_store store = store_of(0);
	struct incoming *l = incoming_new(&store, NULL), *m;
	size_t n;
	char *p;

	MEMORY.max = MEMORY.used + 20;
	is_num(incoming_line(l, "to", "0123456789", 10), 0, "a line");
	is_str((buf_putc(&l->item.env, '\0'), buf_data(&l->item.env)),
	    "to 0123456789\n", "as it stands");
	is_num(incoming_line(l, "to", "0123456789", 10), -1, "no room");
	incoming_add(l, "0123456", 7);
	is_num(l->content.fd != -1, 1, "content goes to a file then");
	is_num(incoming_whole(l), 0, "whole");
	p = held(l, &n);
	ok(n == 7 && memcmp(p, "0123456", 7) == 0, "its bytes");
	free(p);
	m = incoming_new(&store, NULL);
	is_num(incoming_line(m, "to", "0", 1), -1, "nor for another");
	incoming_free(m);
	incoming_free(l);
	is_num(MEMORY.used, 0, "memory is given back");

	/* envelope: exactly as long as it may be, and one byte more */
	MEMORY.max = (size_t)1 << 32;
	l = incoming_new(&store, NULL);
	p = calloc(1, INCOMING_ENVELOPE_MAX / 2 + 1);
	memset(p, 'a', INCOMING_ENVELOPE_MAX / 2 + 1);
	is_num(incoming_line(l, "k", p, INCOMING_ENVELOPE_MAX / 2 + 1), -1,
	    "a line that is too long");
	is_num(buf_len(&l->item.env), 0, "leaves nothing");
	is_num(incoming_line(l, "k", p, INCOMING_ENVELOPE_MAX / 2), 0,
	    "one that is not");
	incoming_free(l);
	free(p);
}

/* who was named twice gets it once, with what came first */
static void
once(void)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "", "" },
		{ "to a@b\n", "to a@b\n" },
		{ "from a@b\nto a@b\nto c@d\n", "from a@b\nto a@b\nto c@d\n" },
		{ "to a@b\nto a@B\nx y\n", "to a@b\nx y\n" },
		{ "to a@b\nto A@b\n", "to a@b\nto A@b\n" },
		{ "to c@d\nto a@b X\nto c@D Y\nto a@B\nto a@b\nto e@f\n",
		    "to c@d\nto a@b X\nto e@f\n" },
		{ "to \"a b\"@c X\nz\nto \"a b\"@C\n", "to \"a b\"@c X\nz\n" },
	};
	struct incoming_store store = store_of(8 << 20);
	struct incoming *l;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		l = incoming_new(&store, NULL);
		buf_puts(&l->item.env, t[i].in);
		l->charged += strlen(t[i].in);
		MEMORY.used += strlen(t[i].in);
		is_num(incoming_once(l), 0, "once");
		buf_putc(&l->item.env, '\0');
		is_str(buf_data(&l->item.env), t[i].out, "  what is left");
		is_num(MEMORY.used, sizeof *l + strlen(t[i].out),
		    "  and is charged");
		incoming_free(l);
	}
	is_num(MEMORY.used, 0, "memory is given back");
}

static void
trouble(void)
{
	struct incoming_store store = store_of(8 << 20);
	struct rlimit r, old;
	struct incoming *l = incoming_new(&store, NULL);

	store.dir = "/nowhere/at/all";
	incoming_add(l, content, INCOMING_MEMORY_MAX);
	is_num(l->failed, 0, "in memory");
	incoming_add(l, "x", 1);
	is_num(incoming_whole(l), -1, "no folder for the file");
	incoming_free(l);
	is_num(MEMORY.used, 0, "memory is given back");

	store.dir = dir;
	getrlimit(RLIMIT_FSIZE, &old);
	r = old;
	r.rlim_cur = INCOMING_MEMORY_MAX;
	setrlimit(RLIMIT_FSIZE, &r);
	l = incoming_new(&store, NULL);
	incoming_add(l, content, sizeof content);
	is_num(incoming_whole(l), -1, "the file is full");
	incoming_free(l);
	is_num(MEMORY.used, 0, "memory is given back");
	setrlimit(RLIMIT_FSIZE, &old);
}

static struct party *
stranger(struct incoming_store *store, unsigned char last)
{
	unsigned char ip[16] = { [10] = 255, [11] = 255, 192, 0, last, 1 };

	return party_of(&store->parties, ip, 0);
}

/* what one party has in files is no more than its share, and another still
 * has room; all of it is given back */
static void
shares(void)
{
	struct incoming_store store = store_of(8 << 20);
	struct share_pool *files = &store.share.pool[SHARE_FILES];
	struct incoming *l[20], *other;
	unsigned i, whole = 0;

	files->max = 20 * sizeof content;
	for (i = 0; i < 20; i++) {
		l[i] = incoming_new(&store, stranger(&store, 1));
		incoming_add(l[i], content, sizeof content);
		whole += incoming_whole(l[i]) == 0;
		is_num(l[i]->failed
			? l[i]->content.filed == 0 && l[i]->content.fd == -1
			: l[i]->item.file_len == sizeof content,
		    1, "kept, or not at all");
	}
	is_num(whole, 5, "a third of what strangers may have");
	is_num(files->used, 5 * sizeof content, "in files");
	other = incoming_new(&store, stranger(&store, 2));
	incoming_add(other, content, sizeof content);
	is_num(incoming_whole(other), 0, "there is room for another");
	incoming_free(other);
	incoming_drop(l[0]);
	is_num(files->used, 4 * sizeof content, "dropped: given back");
	for (i = 0; i < 20; i++)
		incoming_free(l[i]);
	is_num(files->used, 0, "all files are given back");
	is_num(MEMORY.used, 0, "and memory");
	is_num(store.parties.all.n, 0, "nobody is left");
}

static void
no_rcpts(void)
{
	struct incoming_store store = { 0 };
	struct incoming *l;

	store.share.pool[SHARE_MEMORY].max = 1 << 20;
	l = incoming_new(&store, NULL);
	incoming_no_rcpts(l);
	incoming_line(l, "from", "a@b", 3);
	incoming_line(l, "to", "c@d", 3);
	incoming_line(l, "ret", "FULL", 4);
	incoming_line(l, "to", "e@f", 3);
	incoming_no_rcpts(l);
	buf_putc(&l->item.env, '\0');
	is_str(buf_data(&l->item.env), "from a@b\nret FULL\n",
	    "no recipients any more");
	incoming_free(l);
	is_num((long long)store.share.pool[SHARE_MEMORY].used, 0,
	    "nothing is held");
}

int
main(void)
{
	static char *args[] = { "letter", NULL };
	size_t i;

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	for (i = 0; i < sizeof content; i++)
		content[i] = i % 70 == 69 ? '\n' : 'a' + i % 26;
	pieces();
	front();
	marks();
	bounds();
	once();
	trouble();
	shares();
	is_num(rmdir(dir), 0, "no file is left");
	no_rcpts();
	return done();
}
