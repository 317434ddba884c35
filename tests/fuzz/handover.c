/*
 * Parcels to several chains, chain/handover, in a world of schedules: each is
 * answered once, well only when a chain said so; what a chain gets is a
 * parcel as it was put, or the beginning of one.
 *
 * Input: flags, the number of parcels, a byte for each, the schedule.
 */
#include "world.h"
#include "base/fd.h"
#include "chain/handover.h"
#include "format/netstring.h"

enum { PARCELS = 10, CHAINS = 3, PEERS = 8, FILE_LEN = 70000 };
enum { FAULTS = 1, RESET = 2 };

static char dir[] = "/dev/shm/fuzz-handover.XXXXXX";
static char path[64], argv0[80];
static int file = -1;
static char content[FILE_LEN];
static unsigned n_parcels, flags;

static struct story {
	unsigned taken[PARCELS]; /* K was said for it */
	unsigned done[PARCELS];
	enum receipt_kind kind[PARCELS];
	int odd; /* a chain has said K out of turn */
} * story;

struct item {
	struct handover_item h; /* first */
	unsigned number, shape;
};

struct peer {
	int fd, open;
	struct buf in;
};

static struct handover h;
static struct item item[PARCELS];
static struct peer peer[PEERS];
static struct loop_timer tick;
static unsigned next_item, waited;
static int door;

static void
clean_up(void)
{
	unlink(path);
	rmdir(dir);
}

static void
start(void)
{
	unsigned i;

	must(mkdtemp(dir) != NULL);
	atexit(clean_up);
	snprintf(path, sizeof path, "%s/chain", dir);
	snprintf(argv0, sizeof argv0, "unix:%s", path);
	for (i = 0; i < FILE_LEN; i++)
		content[i] = (char)(i * 7 + i / 251);
	file = memfd_create("file", MFD_CLOEXEC);
	must(file != -1 && fd_write_all(file, content, FILE_LEN) == 0);
	story = shared(sizeof *story);
}

/* parcels: some have a part in a file, some something behind it */

static size_t
file_len(unsigned shape)
{
	return shape & 1 ? (shape & 2 ? FILE_LEN - 9 : 100) : 0;
}

static void
done(struct handover_item *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct item *t = (struct item *)p;

	must(n > 0 && text != NULL);
	must(story->done[t->number]++ == 0);
	story->kind[t->number] = kind;
	buf_free(&p->env);
	buf_free(&p->text);
	buf_free(&p->after);
}

static void
make(unsigned i, unsigned shape)
{
	struct item *t = &item[i];

	memset(t, 0, sizeof *t);
	t->number = i;
	t->shape = shape;
	must(buf_printf(&t->h.env, "x-number %u\n", i) == 0 &&
	    buf_printf(&t->h.text, "Subject: %u\n", i) == 0);
	t->h.fd = -1;
	t->h.done = done;
	if (file_len(shape) > 0) {
		t->h.fd = file;
		t->h.file_off = 9;
		t->h.file_len = file_len(shape);
	}
	if (shape & 4)
		must(buf_puts(&t->h.after, "behind\n") == 0);
}

/* is this parcel's message the one that was put? */
static void
compare(unsigned i, const char *p, size_t n)
{
	char front[32];
	size_t k = (size_t)snprintf(front, sizeof front, "Subject: %u\n", i),
	       f = file_len(item[i].shape), b = item[i].shape & 4 ? 7 : 0;

	must(n == k + f + b && memcmp(p, front, k) == 0 &&
	    memcmp(p + k, content + 9, f) == 0 &&
	    memcmp(p + k + f, "behind\n", b) == 0);
}

/* chains */

static void
leave(struct peer *c)
{
	close(c->fd);
	buf_free(&c->in);
	memset(c, 0, sizeof *c);
}

static int
answer(struct peer *c, unsigned b)
{
	struct buf r = { 0 };
	struct parcel_line l;
	const char *p, *end;
	unsigned i;
	size_t len;
	long used = netstring_whole(buf_data(&c->in), buf_len(&c->in),
	    2 * FILE_LEN, &p, &len);
	enum receipt_kind k = b % 8 == 3 ? RECEIPT_TEMP
	    : b % 8 == 5                 ? RECEIPT_PERM
					 : RECEIPT_OK;

	must(used >= 0);
	if (used == 0)
		return 0;
	end = p + len;
	must(parcel_next(&p, end, &l) == 1 && parcel_is(&l, "x-number"));
	i = l.value[0] - '0';
	must(i < n_parcels && parcel_next(&p, end, &l) == 0);
	compare(i, p, end - p);
	must(receipt_put(&r, k, k == RECEIPT_OK ? "id" : "4.0.0 no") == 0);
	/* nothing is given to a second chain */
	must(story->taken[i] == 0);
	if (world_say(c->fd, buf_data(&r), buf_len(&r)) == buf_len(&r))
		story->taken[i] = k;
	buf_free(&r);
	buf_consume(&c->in, used);
	return 1;
}

static int
peer_turn(struct peer *c, unsigned b)
{
	ssize_t r;

	if (!c->open)
		return 0;
	if (b % 32 == 1 && (flags & FAULTS)) {
		if (b & 64) {
			world_say(c->fd, "2:Kx,2:Kx,", 10);
			story->odd = 1;
		}
		leave(c);
		return 1;
	}
	if (b % 4 != 0 && answer(c, b))
		return 1;
	must(buf_reserve(&c->in, 65536) == 0);
	r = recv(c->fd, buf_tail(&c->in), b < 128 ? 1 + b : 65536,
	    MSG_DONTWAIT);
	if (r == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (r > 0) {
		buf_added(&c->in, r);
		return 1;
	}
	while (r == 0 && answer(c, b))
		;
	leave(c);
	return 1;
}

static int
door_turn(void)
{
	unsigned i;

	for (i = 0; i < PEERS && peer[i].open; i++)
		;
	if (i == PEERS)
		return 0;
	peer[i].fd = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	peer[i].open = peer[i].fd != -1;
	must(buf_reserve(&peer[i].in, 1) == 0);
	return peer[i].open;
}

/* one that is there, if there is one */
static struct peer *
some_peer(unsigned b)
{
	unsigned i;

	for (i = 0; i < PEERS; i++)
		if (peer[(b + i) % PEERS].open)
			return &peer[(b + i) % PEERS];
	return &peer[0];
}

static int
turn(void)
{
	unsigned b = world_byte(), i;
	int did;

	if (!world_calm())
		return b % 8 == 0 ? door_turn()
				  : peer_turn(some_peer(b / 8), world_byte());
	did = door_turn();
	for (i = 0; i < PEERS; i++) {
		did |= peer_turn(&peer[i], 254);
		did |= peer_turn(&peer[i], 252);
	}
	return did;
}

/* the module */

/* one at a time is put, now and then; the last one closes */
static void
on_tick(void *arg)
{
	unsigned b = world_byte();

	(void)arg;
	if ((flags & RESET) && b < 10 && (flags & FAULTS))
		handover_reset(&h);
	if (next_item < n_parcels) {
		handover_start(&h);
		if (handover_put(&h, &item[next_item].h) == 0)
			next_item++;
		else
			must(++waited < 10000);
	}
	if (next_item < n_parcels || h.n > 0 || waited++ == 0) {
		loop_timer_set(&tick, 1 + b % 64, on_tick, NULL);
		return;
	}
	handover_close(&h);
}

static int
work(void)
{
	char *argv[] = { argv0, NULL };
	unsigned before;

	door = world_listen(path);
	handover_init(&h, argv, CHAINS);
	before = world_descriptors();
	loop_timer_set(&tick, 1, on_tick, NULL);
	loop_run();
	must(h.n == 0 && handover_ended(&h));
	must(world_descriptors() <= before + 3);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	unsigned i;

	if (n < 3 || n > 4096)
		return 0;
	if (story == NULL)
		start();
	flags = *p++;
	n_parcels = 1 + *p++ % PARCELS;
	for (i = 0; i < n_parcels; i++)
		make(i, p < end ? *p++ : 0);
	memset(story, 0, sizeof *story);
	must(world_run(work, p, end, flags & FAULTS, turn) == 0);
	for (i = 0; i < n_parcels; i++) {
		must(story->done[i] == 1);
		/* in doubt temporary; one that spoke out of turn may be
		 * believed */
		must(story->kind[i] == story->taken[i] || story->odd ||
		    ((flags & FAULTS) && story->kind[i] == RECEIPT_TEMP));
		must(story->kind[i] != RECEIPT_PERM ||
		    story->taken[i] == RECEIPT_PERM);
		buf_free(&item[i].h.env);
		buf_free(&item[i].h.text);
		buf_free(&item[i].h.after);
	}
	return 0;
}
