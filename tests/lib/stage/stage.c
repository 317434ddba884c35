#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/loop.h"
#include "format/netstring.h"
#include "mail/header.h"
#include "stage/stage.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The program under test does to each message what its field X-Do says; this
 * binary, called with an argument, is the next link: it writes what it gets
 * into a file and answers K1, K2, ...
 */
struct state {
	struct stage_parcel *p;
	struct loop_timer timer;
	uint64_t seen, again;
	unsigned sum, sum_again;
};

static const char *self;
static char sink_file[] = "/tmp/stage-test.XXXXXX";

static int
begin(struct stage_parcel *p)
{
	struct state *s = p->state;

	s->p = p;
	return 1;
}

static void
body(struct stage_parcel *p, const char *b, size_t n)
{
	struct state *s = p->state;

	for (s->seen += n; n > 0; n--)
		s->sum = s->sum * 31 + (unsigned char)*b++;
}

static int
body_again(void *arg, const char *b, size_t n)
{
	struct state *s = arg;

	for (s->again += n; n > 0; n--)
		s->sum_again = s->sum_again * 31 + (unsigned char)*b++;
	return 0;
}

static void
pass(void *arg)
{
	struct state *s = arg;

	needs(buf_printf(&s->p->front, "X-Len: %llu\n",
	    (unsigned long long)s->seen));
	stage_pass(s->p);
}

static void
whole(struct stage_parcel *p)
{
	struct state *s = p->state;
	struct header_field f;
	struct buf b = { 0 }, from = { 0 };
	char what = 'u';

	if (header_find(buf_data(&p->header), buf_len(&p->header), "x-do",
		&f) &&
	    f.value_len > 0)
		what = *f.value;
	switch (what) {
	case 'u': /* unchanged */ stage_pass(p); return;
	case 'p': pass(s); return;
	case 'l': /* late, not in order */
		loop_timer_set(&s->timer, 1 + s->seen % 7, pass, s);
		return;
	case 'd': stage_refuse(p, RECEIPT_PERM, "5.7.1 no"); return;
	case 'z': stage_refuse(p, RECEIPT_TEMP, "4.7.1 later"); return;
	case 'r': /* replaced by something else */
		needs(buf_puts(&b, "New: x\n\nnew\n"));
		stage_replace(p, &b, -1, 0);
		return;
	case 'h': /* header changed */
		p->changed = 1;
		buf_clear(&p->header);
		needs(buf_puts(&p->header, "Only: this\n"));
		stage_pass(p);
		return;
	case 'e': /* envelope read and changed */
		needs(parcel_puts(&p->env, "seen",
		    stage_env_text(p, "from", &from)));
		if (stage_env_text(p, "fro", &from) != NULL)
			warn("another line was taken");
		needs(parcel_puts(&p->env, "inside",
		    stage_inside(p) ? "yes" : "no"));
		buf_free(&from);
		stage_pass(p);
		return;
	case 'b': /* the body once more */
		if (stage_read_body(p, body_again, s) == -1 ||
		    s->again != s->seen || s->sum != s->sum_again)
			stage_refuse(p, RECEIPT_PERM, "5.0.0 not the same");
		else
			pass(s);
		return;
	}
}

static void
receipt(struct stage_parcel *p, enum receipt_kind kind, const char *t, size_t n)
{
	(void)p;
	if (kind == RECEIPT_OK && n == 4 && memcmp(t, "K999", 4) == 0)
		warn("never");
}

static const struct stage_ops ops = { sizeof(struct state), begin, body, whole,
	receipt, NULL };

static const struct stage_ops ops_blind = { sizeof(struct state), NULL, NULL,
	stage_pass, NULL, NULL };

/* the next link */

static int
sink(const char *how)
{
	struct buf in = { 0 }, out = { 0 };
	char text[32];
	const char *c;
	size_t len;
	long r;
	FILE *f = fopen(getenv("SINK"), "w");
	unsigned n = 0, last = *how == 'x' ? 3 : 0;
	ssize_t k;

	do {
		needs(buf_reserve(&in, 65536));
		k = read(0, buf_tail(&in), 65536);
		if (k > 0)
			buf_added(&in, k);
		buf_clear(&out);
		while ((r = netstring_whole(buf_data(&in), buf_len(&in),
			    1 << 30, &c, &len)) > 0) {
			fwrite(buf_data(&in), 1, r, f);
			buf_consume(&in, r);
			if (++n == last) {
				fd_write_all(1, buf_data(&out), buf_len(&out));
				return 100;
			}
			snprintf(text, sizeof text, "%u", n);
			needs(receipt_put(&out, RECEIPT_OK, text));
		}
		if (*how == 'j')
			needs(buf_puts(&out, "junk"));
		fd_write_all(1, buf_data(&out), buf_len(&out));
	} while (k > 0);
	return fclose(f) == 0 && buf_len(&in) == 0 ? 0 : 1;
}

/* running it */

static int status;
static char *sunk; /* what the next link got */
static size_t sunk_len;

/* pieces: bytes written at a time, 0: all */
static char *
run(const struct stage_ops *o, const char *how, const char *in, size_t n,
    size_t pieces)
{
	static char out[1 << 20];
	static struct stage stage;
	char *next[] = { (char *)self, (char *)how, NULL };
	int a[2], b[2], st;
	pid_t pid, feeder;
	ssize_t r;
	size_t k;

	fflush(stdout);
	if (fd_pipe(a) == -1 || fd_pipe(b) == -1)
		return "";
	pid = fork();
	if (pid == 0) {
		dup2(a[0], 0);
		dup2(b[1], 1);
		close(a[1]);
		close(b[0]);
		alarm(30);
		stage.ops = o;
		_exit(how == NULL
			? stage_alone(&(struct stage){ .ops = o }, NULL)
			: stage_link(&stage, next));
	}
	feeder = fork();
	if (feeder == 0) {
		close(a[0]);
		close(b[0]);
		close(b[1]);
		for (; n > 0; in += k, n -= k) {
			k = pieces > 0 && pieces < n ? pieces : n;
			if (fd_write_all(a[1], in, k) == -1)
				_exit(1);
		}
		_exit(0);
	}
	close(a[0]);
	close(a[1]);
	close(b[1]);
	r = fd_read_all(b[0], out, sizeof out - 1);
	close(b[0]);
	out[r > 0 ? r : 0] = '\0';
	waitpid(feeder, NULL, 0);
	waitpid(pid, &st, 0);
	status = WIFEXITED(st) ? WEXITSTATUS(st) : -WTERMSIG(st);
	free(sunk);
	sunk = NULL;
	if (how != NULL && fd_slurp(sink_file, 1 << 30, &sunk, &sunk_len) == -1)
		sunk = NULL;
	return out;
}

static void
add(struct buf *b, const char *env, const char *message, size_t n)
{
	struct buf e = { 0 };

	needs(buf_puts(&e, env));
	needs(parcel_head(b, &e, n));
	needs(buf_put(b, message, n));
	needs(buf_putc(b, ','));
	buf_free(&e);
}

static const struct {
	const char *env, *message, *want, *receipt;
} cases[] = {
	{ "from a@x\nto b@y\n", "A: b\n\nbody\n",
	    "from a@x\nto b@y\n\nA: b\n\nbody\n,", "2:K1," },
	{ "from \n", "X-Do: p\n\nbody\n",
	    "from \n\nX-Len: 5\nX-Do: p\n\nbody\n,", "2:K1," },
	{ "from a@x\n", "X-Do: p", "from a@x\n\nX-Len: 0\nX-Do: p,", "2:K1," },
	{ "from a@x\n", "X-Do: p\n\n", "from a@x\n\nX-Len: 0\nX-Do: p\n\n,",
	    "2:K1," },
	{ "", "", "\n,", "2:K1," },
	{ "from a\n", "\nbody", "from a\n\n\nbody,", "2:K1," },
	{ "from a\n", "X-Do: d\n\nx\n", "", "9:D5.7.1 no," },
	{ "from a\n", "X-Do: z\n\nx\n", "", "12:Z4.7.1 later," },
	{ "from a\n", "X-Do: r\n\nx\n", "from a\n\nNew: x\n\nnew\n,", "2:K1," },
	{ "from a\n", "X-Do: h\n\nx\n", "from a\n\nOnly: this\n\nx\n,",
	    "2:K1," },
	{ "from a\\\\b\norigin inside\n", "X-Do: e\n\n",
	    "from a\\\\b\norigin inside\nseen a\\\\b\ninside yes\n\n"
	    "X-Do: e\n\n,",
	    "2:K1," },
	{ "from a\norigin outside\n", "X-Do: e\n\n",
	    "from a\norigin outside\nseen a\ninside no\n\nX-Do: e\n\n,",
	    "2:K1," },
	{ "from a\n", "X-Do: b\n\n1\n2\n",
	    "from a\n\nX-Len: 4\nX-Do: b\n\n1\n2\n,", "2:K1," },
};

static void
small(void)
{
	struct buf b = { 0 };
	char name[64];
	const char *out;
	size_t i, piece;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (piece = 0; piece < 2; piece++) {
			buf_clear(&b);
			add(&b, cases[i].env, cases[i].message,
			    strlen(cases[i].message));
			out =
			    run(&ops, "sink", buf_data(&b), buf_len(&b), piece);
			snprintf(name, sizeof name, "case %zu, %s", i,
			    piece ? "byte by byte" : "whole");
			is_str(out, cases[i].receipt, name);
			is_str(*sunk == '\0' ? sunk : strchr(sunk, ':') + 1,
			    cases[i].want, name);
			is_num(status, 0, name);
		}
	buf_clear(&b);
	add(&b, "from a\n", "x\n", 2);
	add(&b, "from a\n", "y\n", 2);
	is_str(run(&ops_blind, "sink", buf_data(&b), buf_len(&b), 0),
	    "2:K1,2:K2,", "a link that wants no body");
	buf_free(&b);
}

static void
bad(void)
{
	static char many[PARCEL_LINE_MAX + 100];
	struct buf b = { 0 };

	is_str(run(&ops, "sink", "12:from a\n\nabc,", 15, 0), "", "too short");
	is_num(status, 111, "a parcel cut short");
	is_str(sunk, "", "leaves nothing");
	is_str(run(&ops, "sink", "x", 1, 0), "", "no netstring");
	is_num(status, 100, "no netstring");
	run(&ops, "sink", "7:from a\n,", 10, 0);
	is_num(status, 100, "no end of the envelope");
	run(&ops, "sink", "10:from a\n\nab;", 14, 0);
	is_num(status, 100, "no comma");
	memset(many, 'x', sizeof many);
	buf_printf(&b, "%zu:", sizeof many);
	buf_put(&b, many, sizeof many);
	run(&ops, "sink", buf_data(&b), buf_len(&b), 0);
	is_num(status, 100, "an endless line in the envelope");
	buf_clear(&b);
	add(&b, "from a\n", "x\n", 2);
	run(&ops, "junk", buf_data(&b), buf_len(&b), 0);
	is_num(status, 111, "a next link that answers junk");
	buf_clear(&b);
	while (buf_len(&b) < 5000)
		add(&b, "from a\n", "x\n", 2);
	is_str(run(&ops, "x", buf_data(&b), buf_len(&b), 0), "2:K1,2:K2,",
	    "a next link that dies: what it has answered is answered");
	is_num(status, 100, "and its status is ours");
	buf_free(&b);
}

/* receipts in the order of the parcels, whatever the order of the work */
static void
order(void)
{
	enum { N = 2000 };
	struct buf b = { 0 }, want = { 0 };
	char t[512];
	const char *out;
	unsigned i, k = 0;

	for (i = 0; i < N; i++) {
		int n = snprintf(t, sizeof t, "N: %u\nX-Do: %c\n\n%.*s", i,
		    "lpdlzu"[i % 6], (int)(i * 7 % 300),
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");

		add(&b, "from a\n", t, n);
	}
	out = run(&ops, "sink", buf_data(&b), buf_len(&b), 0);
	is_num(status, 0, "2,000 parcels: status");
	/* K numbers count in the order of going down: only kinds and their
	 * places are known here */
	for (i = 0; i < N; i++) {
		enum receipt_kind kind,
		    should = i % 6 == 2 ? RECEIPT_PERM
		    : i % 6 == 4        ? RECEIPT_TEMP
					: RECEIPT_OK;
		const char *text;
		size_t len;
		long r = receipt_get(out, strlen(out), &kind, &text, &len);

		if (r <= 0 || kind != should)
			break;
		k += kind == RECEIPT_OK;
		out += r;
	}
	is_num(i, N, "each has its receipt");
	is_num(k, N / 6 * 4 + N % 6 - (N % 6 > 2), "and the others passed");
	is_str(out, "", "and no more");
	buf_free(&b);
	buf_free(&want);
}

static void
large(void)
{
	enum { BIG = 40 << 20 };
	struct buf b = { 0 }, m = { 0 };
	size_t i, head;
	const char *out;

	needs(buf_puts(&m, "X-Do: b\n\n"));
	head = buf_len(&m);
	for (i = 0; buf_len(&m) < head + BIG; i++)
		needs(buf_printf(&m, "line %zu\n", i));
	add(&b, "from a\n", buf_data(&m), buf_len(&m));
	add(&b, "from b\n", buf_data(&m), buf_len(&m));
	out = run(&ops, "sink", buf_data(&b), buf_len(&b), 0);
	is_str(out, "2:K1,2:K2,", "two of 40 MB");
	ok(sunk_len > 2 * BIG &&
		memmem(sunk, sunk_len, buf_data(&m) + head,
		    buf_len(&m) - head) != NULL,
	    "and they are what came");
	setenv("TMPDIR", "/nothing/here", 1);
	out = run(&ops, "sink", buf_data(&b), buf_len(&b), 0);
	is_str(out,
	    "51:Z4.3.0 no room to keep the message, try again later,"
	    "51:Z4.3.0 no room to keep the message, try again later,",
	    "no room for files");
	is_num(status, 0, "and the link goes on");
	setenv("TMPDIR", "", 1);
	out = run(&ops, "sink", buf_data(&b), buf_len(&b) / 2, 0);
	is_str(out, "2:K1,", "an empty TMPDIR says nothing");
	unsetenv("TMPDIR");
	buf_free(&b);
	buf_free(&m);
}

/* a header of just STAGE_HEADER_MAX, and of one byte more */
static void
headers(void)
{
	struct buf b = { 0 }, m = { 0 };
	int more;

	for (more = 0; more < 2; more++) {
		buf_clear(&b);
		buf_clear(&m);
		while (buf_len(&m) < STAGE_HEADER_MAX - 16u)
			needs(buf_puts(&m, "A: 456789012345\n"));
		while (buf_len(&m) + 1 < STAGE_HEADER_MAX + (unsigned)more)
			needs(buf_putc(&m, 'x'));
		needs(buf_puts(&m, "\n\nbody\n"));
		add(&b, "from a\n", buf_data(&m), buf_len(&m));
		is_str(run(&ops, "sink", buf_data(&b), buf_len(&b), 0), "2:K1,",
		    more ? "a header too long" : "the longest header");
		ok(sunk_len == buf_len(&b) &&
			memcmp(sunk, buf_data(&b), sunk_len) == 0,
		    "passes as it is");
	}
	buf_free(&b);
	buf_free(&m);
}

static const struct {
	const char *in, *want;
	int status;
} alone[] = {
	{ "A: b\n\nbody\n", "A: b\n\nbody\n", 0 },
	{ "A: b\r\n\r\nbody\r\n", "A: b\r\n\r\nbody\r\n", 0 },
	{ "X-Do: p\n\nbody\n", "X-Len: 5\nX-Do: p\n\nbody\n", 0 },
	{ "X-Do: p\r\n\r\nbody\r\n", "X-Len: 5\r\nX-Do: p\r\n\r\nbody\r\n", 0 },
	{ "X-Do: p\r\nB: \n\r\nbo\rdy\n",
	    "X-Len: 6\r\nX-Do: p\r\nB: \n\r\nbo\rdy\n", 0 },
	{ "X-Do: p\r\n\nx\r", "X-Len: 2\r\nX-Do: p\r\n\nx\r", 0 },
	{ "X-Do: b\r\n\r\nx\ry\r\n\r\n\r",
	    "X-Len: 6\r\nX-Do: b\r\n\r\nx\ry\r\n\r\n\r", 0 },
	{ "X-Do: l\n\nabc", "X-Len: 3\nX-Do: l\n\nabc", 0 },
	{ "X-Do: h\r\n\r\nabc", "Only: this\r\n\r\nabc", 0 },
	{ "X-Do: r\r\n\r\nabc", "New: x\r\n\r\nnew\r\n", 0 },
	{ "X-Do: d\n\nabc", "", 100 },
	{ "X-Do: z\n\nabc", "", 111 },
	{ "X-Do: p", "X-Len: 0\nX-Do: p", 0 },
	{ "\r\nx", "\r\nx", 0 },
	{ "", "", 0 },
};

static void
shell(void)
{
	size_t i, piece;
	char name[64];

	for (i = 0; i < sizeof alone / sizeof alone[0]; i++)
		for (piece = 0; piece < 2; piece++) {
			snprintf(name, sizeof name, "alone %zu, %s", i,
			    piece ? "byte by byte" : "whole");
			is_str(run(&ops, NULL, alone[i].in, strlen(alone[i].in),
				   piece),
			    alone[i].want, name);
			is_num(status, alone[i].status, name);
		}
}

/* a message alone, and then a link, in one program */
static void
two(void)
{
	static struct stage one = { .ops = &ops }, other = { .ops = &ops };
	char *next[] = { (char *)self, "sink", NULL }, text[200];
	int m[2], p[2], out[2];
	struct buf b = { 0 };
	pid_t pid;
	ssize_t n;

	fflush(stdout);
	if (fd_pipe(m) == -1 || fd_pipe(p) == -1 || fd_pipe(out) == -1)
		return;
	add(&b, "from a\n", "X-Do: p\n\nbody\n", 14);
	fd_write_all(m[1], "X-Do: p\n\nalone\n", 15);
	fd_write_all(p[1], buf_data(&b), buf_len(&b));
	close(m[1]);
	close(p[1]);
	pid = fork();
	if (pid == 0) {
		alarm(30);
		dup2(m[0], 0);
		dup2(out[1], 1);
		if (stage_alone(&one, NULL) != EXIT_OK)
			_exit(1);
		dup2(p[0], 0);
		_exit(stage_link(&other, next));
	}
	close(out[1]);
	n = fd_read_all(out[0], text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	is_str(text, "X-Len: 6\nX-Do: p\n\nalone\n2:K1,",
	    "two stages, each with a state of its own");
	waitpid(pid, &status, 0);
	is_num(status, 0, "and both end well");
	close(m[0]);
	close(p[0]);
	close(out[0]);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	int fd;

	if (argc > 1)
		return sink(argv[1]);
	prog_init(argv);
	self = argv[0];
	fd = mkstemp(sink_file);
	close(fd);
	setenv("SINK", sink_file, 1);
	small();
	bad();
	order();
	large();
	two();
	headers();
	shell();
	unlink(sink_file);
	return done();
}
