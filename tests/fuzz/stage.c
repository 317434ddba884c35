/*
 * A link of the receiving chain, stage/stage, in a world of schedules: each
 * parcel is answered once and in order; what goes down is what came, but for
 * what was done to it.
 *
 * Input: flags, the number of parcels, for each a message up to a byte 0xff
 * whose first byte says what is done with it, the schedule.  With RAW the
 * first is all that comes, parcel or not.
 */
#include "world.h"
#include "base/loop.h"
#include "format/netstring.h"
#include "stage/stage.h"
#include "scratch.h"

enum { PARCELS = 6, LARGE_LEN = STAGE_BODY_MEMORY + 5000 };
enum { FAULTS = 1, RAW = 2, LARGE = 4 };
enum { PASS, FRONT, PERM, TEMP, REPLACE, HEADER, LATER, AGAIN, ACTIONS };

static char dir[] = "/dev/shm/fuzz-stage.XXXXXX";
static char argv0[80];
static unsigned n_parcels, flags;
static struct buf message[PARCELS], requests;

static struct story {
	struct world_text up;
	unsigned passed[PARCELS]; /* came down */
	int over;                 /* the module came to its end */
} * story;

struct state {
	struct stage_parcel *p;
	struct loop_timer timer;
	uint64_t seen, again;
	unsigned sum, sum_again;
};

static int request_fd, receipt_fd, chain_door, chain_fd;
static size_t asked;
static struct buf down;

static void
start(void)
{
	must(scratch_make(dir) == 0);
	snprintf(argv0, sizeof argv0, "unix:%s/chain", dir);
	story = shared(sizeof *story);
}

static unsigned
action(const struct buf *b)
{
	return buf_len(b) == 0 ? PASS : (unsigned char)*buf_data(b) % ACTIONS;
}

/* what is done */

static int
begin(struct stage_parcel *p)
{
	((struct state *)p->state)->p = p;
	return 1;
}

static void
add(const char *b, size_t n, uint64_t *seen, unsigned *sum)
{
	for (*seen += n; n > 0; n--)
		*sum = *sum * 31 + (unsigned char)*b++;
}

static void
body(struct stage_parcel *p, const char *b, size_t n)
{
	struct state *s = p->state;

	add(b, n, &s->seen, &s->sum);
}

static int
body_again(void *arg, const char *b, size_t n)
{
	struct state *s = arg;

	add(b, n, &s->again, &s->sum_again);
	return 0;
}

static void
later(void *arg)
{
	stage_pass(((struct state *)arg)->p);
}

static void
read_again(struct stage_parcel *p)
{
	struct state *s = p->state;

	if (stage_read_body(p, body_again, s) == -1) {
		must(flags & FAULTS);
		stage_refuse(p, RECEIPT_TEMP, "4.3.0 own");
		return;
	}
	must(s->seen == s->again && s->sum == s->sum_again);
	stage_pass(p);
}

static void
whole(struct stage_parcel *p)
{
	struct state *s = p->state;
	struct buf b = { 0 };

	must(stage_body_len(p) == s->seen);
	switch (buf_len(&p->header) == 0 ? PASS : action(&p->header)) {
	case FRONT: must(buf_puts(&p->front, "X-New: y\n") == 0); break;
	case PERM: stage_refuse(p, RECEIPT_PERM, "5.7.1 own"); return;
	case TEMP: stage_refuse(p, RECEIPT_TEMP, "4.7.1 own"); return;
	case REPLACE:
		must(buf_puts(&b, "New: x\n\nnew\n") == 0);
		stage_replace(p, &b, -1, 0);
		return;
	case HEADER:
		p->changed = 1;
		buf_clear(&p->header);
		must(buf_puts(&p->header, "Only: this\n") == 0);
		break;
	case LATER:
		loop_timer_set(&s->timer, 1 + s->seen % 7, later, s);
		return;
	case AGAIN: read_again(p); return;
	}
	stage_pass(p);
}

static void
forget(struct stage_parcel *p)
{
	loop_timer_stop(&((struct state *)p->state)->timer);
}

/* the chain */

/* is n bytes of p what should become of this message? */
static void
compare(unsigned i, const char *p, size_t n)
{
	const struct buf *m = &message[i];
	const char *in = buf_data(m), *tail = in, *front = "", *at;
	size_t len = buf_len(m), k;
	unsigned what = len > 0 && *in == '\n' ? PASS : action(m);

	must(what != PERM && what != TEMP);
	if (what == REPLACE) {
		must(n == 12 && memcmp(p, "New: x\n\nnew\n", n) == 0);
		return;
	}
	if (what == FRONT)
		front = "X-New: y\n";
	if (what == HEADER) {
		front = "Only: this\n";
		at = memmem(in, len, "\n\n", 2);
		tail = at == NULL ? in + len : at + 1;
		len -= tail - in;
	}
	k = strlen(front);
	must(n >= k + len && memcmp(p, front, k) == 0);
	/* an empty line, where what follows is no field */
	if (what == FRONT && n == k + len + 1)
		must(p[k++] == '\n');
	must(n == k + len && memcmp(p + k, tail, len) == 0);
}

/* the first whole parcel, if it is there: known by its tag */
static int
answer(unsigned b)
{
	struct buf r = { 0 };
	struct parcel_line l;
	const char *p, *end;
	char text[32];
	unsigned i = PARCELS;
	size_t len;
	long used = netstring_whole(buf_data(&down), buf_len(&down),
	    2 * LARGE_LEN, &p, &len);
	int more;

	must(used >= 0);
	if (used == 0)
		return 0;
	end = p + len;
	while ((more = parcel_next(&p, end, &l)) == 1)
		if (parcel_is(&l, "x-number"))
			i = l.value[0] - '0';
	/* a stage does not judge the lines that it passes on */
	if (!(flags & RAW)) {
		must(more == 0 && i < n_parcels);
		compare(i, p, end - p);
		must(story->passed[i]++ == 0);
	}
	snprintf(text, sizeof text, "%sid%u", b % 8 == 3 ? "5.6.0 " : "", i);
	must(receipt_put(&r, b % 8 == 3 ? RECEIPT_PERM : RECEIPT_OK, text) ==
	    0);
	world_say(chain_fd, buf_data(&r), buf_len(&r));
	buf_free(&r);
	buf_consume(&down, used);
	return 1;
}

static int
hear(size_t n)
{
	ssize_t r;

	must(buf_reserve(&down, n) == 0);
	r = recv(chain_fd, buf_tail(&down), n, MSG_DONTWAIT);
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (r > 0) {
		buf_added(&down, r);
		return 1;
	}
	/* what came whole is answered before it goes */
	while (answer(world_byte()))
		;
	close(chain_fd);
	chain_fd = -2;
	return 1;
}

static int
chain_turn(unsigned b)
{
	if (chain_fd == -1) {
		chain_fd = accept4(chain_door, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		return chain_fd != -1;
	}
	if (chain_fd < 0)
		return 0;
	if (b % 64 == 1 && (flags & FAULTS)) {
		if (b & 64)
			world_say(chain_fd, "9:nonsense,", 11);
		close(chain_fd);
		chain_fd = -2;
		return 1;
	}
	if (b % 4 != 0 && answer(b))
		return 1;
	return hear(b < 128 ? 1 + b : 65536);
}

/* the one above */

static int
ask(unsigned b)
{
	size_t n = buf_len(&requests) - asked, most = b < 128 ? 1 + b : n;

	if (request_fd == -1)
		return 0;
	if (n == 0 || (b % 64 == 1 && (flags & FAULTS))) {
		close(request_fd);
		request_fd = -1;
		return 1;
	}
	n = world_say(request_fd, buf_data(&requests) + asked,
	    n < most ? n : most);
	asked += n;
	return n > 0;
}

static int
turn(void)
{
	unsigned b = world_byte(), i;
	int did;

	if (!world_calm()) {
		i = b % 3;
		b = world_byte();
		return i == 0 ? ask(b)
		    : i == 1  ? chain_turn(b)
			      : world_hear(receipt_fd, &story->up, 1 + b);
	}
	did = chain_turn(254);
	did |= chain_turn(252);
	did |= ask(255);
	return did | world_hear(receipt_fd, &story->up, WORLD_TEXT);
}

/* the module */

static void
pair(int fd, int *ours)
{
	int s[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == 0 &&
	    dup2(s[1], fd) == fd && close(s[1]) == 0);
	*ours = s[0];
}

static int
work(void)
{
	static const struct stage_ops ops = { sizeof(struct state), begin, body,
		whole, NULL, forget };
	static struct stage stage = { .ops = &ops, .dir = dir };
	char *argv[] = { argv0, NULL };
	int r;

	pair(0, &request_fd);
	pair(1, &receipt_fd);
	chain_door = world_listen(argv0 + 5);
	chain_fd = -1;
	must(buf_reserve(&down, 1) == 0);
	r = stage_link(&stage, argv);
	story->over = 1;
	while (world_hear(receipt_fd, &story->up, WORLD_TEXT))
		;
	return r;
}

/* afterwards */

/* the receipt that belongs to the i-th parcel, as far as it is known */
static void
check_receipt(unsigned i, enum receipt_kind k, const char *text, size_t n)
{
	char id[8];
	size_t len = (size_t)snprintf(id, sizeof id, "id%u", i);
	int own = n > 3 && memcmp(text + n - 3, "own", 3) == 0;
	unsigned what =
	    buf_len(&message[i]) > 0 && *buf_data(&message[i]) == '\n'
	    ? PASS
	    : action(&message[i]);

	if (what == PERM || what == TEMP) {
		must(own || k == RECEIPT_TEMP);
		must(k == (what == PERM ? RECEIPT_PERM : RECEIPT_TEMP) ||
		    (flags & FAULTS));
	} else if (n >= len && memcmp(text + n - len, id, len) == 0) {
		must(story->passed[i] == 1);
	} else {
		must((flags & FAULTS) && k == RECEIPT_TEMP);
	}
}

static void
check(int code)
{
	const char *p = story->up.p, *end = p + story->up.n, *text;
	enum receipt_kind k;
	unsigned i = 0;
	size_t len;
	long r;

	for (; (r = receipt_get(p, end - p, &k, &text, &len)) > 0; p += r) {
		if (flags & RAW)
			continue;
		must(i < n_parcels);
		check_receipt(i++, k, text, len);
	}
	must(r == 0);
	if (flags & RAW)
		return;
	if (!(flags & FAULTS) && code != 0) {
		show();
		abort();
	}
	/* it may end well only if all that came whole is answered */
	if (code == 0)
		must(p == end && story->over &&
		    ((flags & FAULTS) || i == n_parcels));
}

/* a message up to a byte 0xff; a large one is that many times over */
static const uint8_t *
make(unsigned i, const uint8_t *p, const uint8_t *end)
{
	struct buf *m = &message[i], env = { 0 };
	const uint8_t *e = memchr(p, 0xff, end - p);

	if (e == NULL)
		e = end;
	buf_clear(m);
	must(buf_reserve(m, 1) == 0 && buf_put(m, p, e - p) == 0);
	while ((flags & LARGE) && i == 1 && e > p && buf_len(m) < LARGE_LEN)
		must(buf_put(m, p, e - p) == 0);
	if (flags & RAW) {
		must(buf_put(&requests, buf_data(m), buf_len(m)) == 0);
	} else {
		must(buf_printf(&env, "from a@b\nto c@d\nx-number %u\n", i) ==
			0 &&
		    parcel_head(&requests, &env, buf_len(m)) == 0 &&
		    buf_put(&requests, buf_data(m), buf_len(m)) == 0 &&
		    buf_putc(&requests, ',') == 0);
		buf_free(&env);
	}
	return e < end ? e + 1 : end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	unsigned i;

	if (n < 3 || n > 8192)
		return 0;
	if (story == NULL)
		start();
	flags = *p++;
	n_parcels = flags & RAW ? 1 : 1 + *p % PARCELS;
	p++;
	buf_clear(&requests);
	must(buf_reserve(&requests, 1) == 0);
	for (i = 0; i < n_parcels; i++)
		p = make(i, p, end);
	story->up.n = 0;
	story->up.ended = story->over = 0;
	memset(story->passed, 0, sizeof story->passed);
	check(world_run(work, p, end, flags & FAULTS, turn));
	return 0;
}
