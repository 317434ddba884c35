/*
 * Sessions of SMTP, recv/inbound and recv/session, with the chain behind them,
 * chain/handover, in a world of schedules: replies are whole and in order, a
 * message is said to be taken once, and only when the chain said so; each
 * parcel is one; nobody is let in but whom the server of logins lets in;
 * nothing is left over.  Without faults all that was heard is what it is when
 * nothing is in the way.
 *
 * Input: flags, what the client says up to a byte 0xff (a LF is CR LF), the
 * same of a second one, the schedule.
 */
#include "world.h"
#include "base/loop.h"
#include "format/netstring.h"
#include "logins.h"
#include "recv/inbound.h"
#include "recv/login.h"
#include "recv/service.h"
#include "sasl/authclient.h"
#include "scratch.h"

enum { CLIENTS = 2, PARCELS = 64, PIECE = 40 };
enum {
	FAULTS = 1,
	SECOND = 2,
	OURS = 4,
	QUIT_EARLY = 8,
	STOP = 16,
	PROXY = 32,   /* with OURS: a proxy is in front, */
	XCLIENT = 64, /* or a server that may speak for others */
	LOGINS = 128  /* clients may log in */
};

static char dir[] = "/dev/shm/fuzz-inbound.XXXXXX";
static char client_path[64], chain_path[64], logins_path[64], argv0[80];
static unsigned flags;

struct client {
	struct buf says;
	size_t said;
	int fd, done; /* -1: not connected */
	unsigned heard_ok;
};

/* what both runs leave to the parent */
struct story {
	struct world_text heard[CLIENTS]; /* by the clients */
	struct world_text down;           /* parcels, one chain after another */
	unsigned parcels, taken, answered;
	struct logins_said logins;
	enum receipt_kind kind[PARCELS];
	int broken; /* the chain has left receipts out */
};

static struct client client[CLIENTS];
static struct story *story, *now;
static struct inbound *in;
static struct loop_timer tick;
static struct world_text chain_says; /* what came and is not answered */
static int client_door, chain_door, chain_fd;

static void
start(void)
{
	must(scratch_make(dir) == 0);
	snprintf(client_path, sizeof client_path, "%s/client", dir);
	snprintf(chain_path, sizeof chain_path, "%s/chain", dir);
	snprintf(argv0, sizeof argv0, "unix:%s", chain_path);
	snprintf(logins_path, sizeof logins_path, "unix:%s/logins", dir);
	story = shared(2 * sizeof *story);
}

/* the chain */

/* by what stands in the message, so that it is the same at any time */
static enum receipt_kind
verdict(const char *p, size_t n)
{
	if (memmem(p, n, "perm", 4) != NULL)
		return RECEIPT_PERM;
	return memmem(p, n, "temp", 4) != NULL ? RECEIPT_TEMP : RECEIPT_OK;
}

static void
check_parcel(const char *p, size_t n)
{
	const char *end = p + n;
	struct parcel_line l;
	unsigned from = 0, to = 0;
	int r;

	while ((r = parcel_next(&p, end, &l)) == 1) {
		from += parcel_is(&l, "from");
		to += parcel_is(&l, "to");
		must(!parcel_is(&l, "user") || now->logins.good > 0 ||
		    flags & XCLIENT);
	}
	must(r == 0 && from == 1 && to > 0);
	must(end - p > 10 && memcmp(p, "Received: ", 10) == 0);
	must(memchr(p, '\r', end - p) == NULL);
}

/* the first whole parcel that has come: 1 when there was one */
static int
answer(void)
{
	struct buf b = { 0 };
	enum receipt_kind k;
	const char *p;
	char text[32];
	size_t len;
	long r =
	    netstring_whole(chain_says.p, chain_says.n, WORLD_TEXT, &p, &len);

	must(r >= 0);
	if (r == 0 || now->parcels == PARCELS)
		return 0;
	check_parcel(p, len);
	k = verdict(p, len);
	now->kind[now->parcels] = k;
	snprintf(text, sizeof text, "%sid%u",
	    k == RECEIPT_OK         ? ""
		: k == RECEIPT_TEMP ? "4.3.0 "
				    : "5.6.0 ",
	    now->parcels++);
	must(receipt_put(&b, k, text) == 0);
	/* a receipt is short: it goes whole, or the module has left */
	if (world_say(chain_fd, buf_data(&b), buf_len(&b)) == buf_len(&b))
		now->answered++;
	buf_free(&b);
	if (now->down.n + r <= sizeof now->down.p) {
		memcpy(now->down.p + now->down.n, chain_says.p, r);
		now->down.n += r;
	}
	chain_says.n -= r;
	memmove(chain_says.p, chain_says.p + r, chain_says.n);
	return 1;
}

static void
chain_end(void)
{
	close(chain_fd);
	chain_fd = -1;
	memset(&chain_says, 0, sizeof chain_says);
}

static int
chain_turn(unsigned b)
{
	if (chain_fd == -1) {
		chain_fd = accept4(chain_door, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		return chain_fd != -1;
	}
	if (world.faults && b % 64 == 1) {
		now->broken = 1;
		if (b & 64)
			world_say(chain_fd, "9:nonsense,", 11);
		chain_end();
		return 1;
	}
	if (b % 4 != 0 && answer())
		return 1;
	if (world_hear(chain_fd, &chain_says, b < 128 ? 1 + b : PIECE * 100)) {
		if (chain_says.ended) {
			if (chain_says.n > 0)
				now->broken = 1;
			chain_end();
		}
		return 1;
	}
	return 0;
}

/* the clients */

static int
client_turn(struct client *c, unsigned b)
{
	size_t left = buf_len(&c->says) - c->said, n;
	struct world_text *t = &now->heard[c - client];

	/* where nothing fails there are logins from the beginning */
	if (c->done || (in->auth != NULL && !world.faults && !in->auth->up))
		return 0;
	if (c->fd == -1) {
		c->fd = world_connect(client_path);
		return c->fd != -1;
	}
	if (world.faults && b % 32 == 1) {
		close(c->fd);
		c->done = 1;
		return 1;
	}
	n = b < 200 ? 1 + b % PIECE : left;
	if (left > 0 && b % 3 != 0) {
		n = world_say(c->fd, buf_data(&c->says) + c->said,
		    n < left ? n : left);
		c->said += n;
		left -= n;
		if (left == 0 && (flags & QUIT_EARLY))
			shutdown(c->fd, SHUT_WR);
		if (n > 0)
			return 1;
	}
	if (world_hear(c->fd, t, b < 200 ? 1 + b : WORLD_TEXT)) {
		if (t->ended) {
			close(c->fd);
			c->done = 1;
		}
		return 1;
	}
	return 0;
}

static int
turn(void)
{
	unsigned b = world_byte(), i;
	int did = 0;

	if (!world_calm()) {
		i = b % (in->auth != NULL ? 4 : 3);
		b = world_byte();
		if (i == 0)
			return chain_turn(b);
		if (i == 3)
			return logins_turn(b, &now->logins);
		return client_turn(&client[i - 1], b);
	}
	/* two values that do all there is, in turn */
	for (i = 0; i < CLIENTS; i++) {
		did |= client_turn(&client[i], 254);
		did |= client_turn(&client[i], 255);
	}
	if (in->auth != NULL)
		did |= logins_turn(252, &now->logins);
	did |= chain_turn(254);
	return did | chain_turn(252);
}

/* the module */

static void
on_tick(void *arg)
{
	unsigned i, done = 0;

	(void)arg;
	for (i = 0; i < CLIENTS; i++)
		done += client[i].done;
	if ((done == CLIENTS && in->n_sessions == 0 && in->next.n == 0) ||
	    ((flags & STOP) && world_byte() < 8))
		inbound_stop(in);
	else
		loop_timer_set(&tick,
		    (flags & STOP) && !world_calm() ? 0 : 1000, on_tick, NULL);
}

static int
serve(void)
{
	char *argv[] = { argv0, NULL };
	struct inbound_client c = { "192.0.2.1", "c.example", "", 25, 0, 0 };
	unsigned before, i;
	int s[2] = { -1, -1 };

	c.proxy = (flags & PROXY) != 0;
	c.xclient = (flags & XCLIENT) != 0;

	in = calloc(1, sizeof *in);
	in->config.size_max = 3000;
	in->config.rcpt_max = 3;
	in->config.errors_max = 5;
	in->limits = (struct inbound_limits){ .address_max = 10,
		.relay_max = 10,
		.parcels_max = 2,
		.command_s = 300,
		.data_s = 300 };
	in->store.share.pool[SHARE_CONNS].max = 10;
	in->store.share.pool[SHARE_MEMORY].max = 20000;
	in->store.share.pool[SHARE_FILES].max = 1 << 20;
	in->store.dir = dir;
	must(smtpin_config_init(&in->config, "me.example") == 0);
	handover_init(&in->next, argv, 1);
	access_open(&in->access, dir, in->config.host, NULL, 0);
	chain_door = world_listen(chain_path);
	chain_fd = -1;
	for (i = 0; i < CLIENTS; i++)
		client[i].fd = -1;
	client[1].done = !(flags & SECOND) || (flags & OURS);
	if (flags & LOGINS) {
		in->words = SERVICE_PLAIN_AUTH;
		logins_begin(logins_path + sizeof "unix:" - 1);
		must(login_open(in, logins_path) == 0);
	}
	if (flags & OURS)
		must(socketpair(AF_UNIX,
			 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
			 s) == 0);
	client[0].fd = s[0];
	before = world_descriptors();
	if (flags & OURS) {
		if (inbound_single(in, s[1], s[1], &c) == -1)
			return 0;
		if (in->n_sessions == 0)
			return 0; /* it could not even be greeted */
	} else {
		client_door = world_listen(client_path);
		must(inbound_listen(in, client_door) == 0);
		loop_timer_set(&tick, 0, on_tick, NULL);
	}
	loop_run();
	/* the last words may still be on their way */
	for (i = 0; i < CLIENTS; i++)
		while (!client[i].done && client[i].fd != -1 &&
		    world_hear(client[i].fd, &now->heard[i], WORLD_TEXT))
			;
	/* all that belonged to sessions has been given back; who is stopped
	 * does not wait for ever for the chain */
	must(in->n_sessions == 0 && (in->next.n == 0 || (flags & STOP)));
	must(in->next.n > 0 ||
	    (in->store.share.pool[SHARE_MEMORY].used == 0 &&
		in->store.share.pool[SHARE_FILES].used == 0));
	/* what the loop and the others have: epoll, timers, the chain, both
	 * ends of that to the logins, and our end of the single one, closed
	 * here when its other end is */
	must(world_descriptors() <= before + (in->auth != NULL ? 5 : 3));
	return 0;
}

/* afterwards */

/* lines of a reply up to the last whole one; how often one said that a
 * message was taken, and that somebody has logged in; the number of replies */
static unsigned
check_replies(const struct story *y, const struct world_text *t, unsigned *ids,
    unsigned *let_in)
{
	const char *p = t->p, *end = p + t->n, *lf;
	unsigned codes = 0, id;

	*let_in = 0;
	for (; (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1) {
		must(lf - p >= 5 && lf[-1] == '\r');
		must(p[0] >= '2' && p[0] <= '5' &&
		    (p[3] == ' ' || p[3] == '-'));
		codes += p[3] == ' ';
		*let_in += memcmp(p, "235 ", 4) == 0;
		if (sscanf(p, "250 2.0.0 ok id%u", &id) != 1)
			continue;
		must(id < y->parcels && y->kind[id] == RECEIPT_OK);
		must(ids[id]++ == 0);
	}
	return codes;
}

static void
check(const struct story *y, int faults)
{
	unsigned ids[PARCELS] = { 0 }, i, ok = 0, told = 0, let_in, all = 0;

	for (i = 0; i < CLIENTS; i++) {
		check_replies(y, &y->heard[i], ids, &let_in);
		all += let_in;
	}
	must(all <= y->logins.good);
	for (i = 0; i < y->parcels; i++) {
		ok += y->kind[i] == RECEIPT_OK;
		told += ids[i];
	}
	/* who stays to the end hears of each of his messages */
	if (!faults && !(flags & (QUIT_EARLY | STOP)))
		must(told == ok);
}

/* parcels without the Received field, whose time may be another */
static void
plain(struct buf *b, const struct world_text *t)
{
	const char *p = t->p, *end = p + t->n, *e;
	long blanks;

	must(buf_reserve(b, t->n + 1) == 0);
	for (; p < end; p = e) {
		e = memchr(p, ';', end - p);
		e = e == NULL ? end : e + 1;
		must(buf_put(b, p, e - p) == 0);
		/* " DATE\n", or in a line of its own */
		blanks = end - e > 1 && e[0] == '\n' && e[1] == '\t' ? 2 : 1;
		if (end - e > blanks + 31 && e[blanks + 31] == '\n' &&
		    (*e == ' ' || *e == '\n'))
			e += blanks + 31;
	}
}

/* times in seconds, and as FUTURERELEASE has them: by now, which may be another */
static void
timeless(struct buf *b)
{
	char *p = buf_data(b);
	size_t n = buf_len(b), i, len;

	for (i = 0; i<n; i += len> 0 ? len : 1) {
		for (len = 0; i + len < n &&
		     memchr("0123456789-:TZ", p[i + len], 14) != NULL;
		     len++)
			;
		if (len >= 10)
			memset(p + i, '0', len);
	}
}

static void
same(const struct world_text *a, const struct world_text *b)
{
	struct buf x = { 0 }, y = { 0 };

	plain(&x, a);
	plain(&y, b);
	timeless(&x);
	timeless(&y);
	if (buf_len(&x) != buf_len(&y) ||
	    memcmp(buf_data(&x), buf_data(&y), buf_len(&x)) != 0) {
		fprintf(stderr, "%.*s\n---- and by itself\n%.*s\n",
		    (int)buf_len(&x), buf_data(&x), (int)buf_len(&y),
		    buf_data(&y));
		abort();
	}
	buf_free(&x);
	buf_free(&y);
}

/* up to a byte 0xff; where it stops */
static const uint8_t *
script(struct buf *b, const uint8_t *p, const uint8_t *end)
{
	buf_clear(b);
	must(buf_reserve(b, 1) == 0);
	for (; p < end && *p != 0xff; p++)
		must((*p != '\n' || buf_putc(b, '\r') == 0) &&
		    buf_putc(b, (char)*p) == 0);
	return p < end ? p + 1 : end;
}

static const struct story *
play(struct story *y, const uint8_t *p, const uint8_t *end, int faults)
{
	memset(y, 0, sizeof *y);
	now = y;
	must(world_run(serve, p, end, faults, turn) == 0);
	check(y, faults);
	return y;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	const struct story *a, *b;

	if (n < 2 || n > 8192)
		return 0;
	if (story == NULL)
		start();
	flags = *p++;
	p = script(&client[0].says, p, end);
	if (flags & SECOND)
		p = script(&client[1].says, p, end);
	a = play(&story[0], p, end, flags & FAULTS);
	if ((flags & (FAULTS | SECOND | QUIT_EARLY | STOP)) != 0)
		return 0;
	b = play(&story[1], end, end, 0);
	same(&a->heard[0], &b->heard[0]);
	same(&a->down, &b->down);
	return 0;
}
