#ifndef FUZZ_LOGINS_H
#define FUZZ_LOGINS_H

/*
 * A server of logins, auth-socket(5), in a world: what it answers follows from
 * what it was told, so that it is the same at any time; in which order, and in
 * which pieces, the schedule says.  With faults it hangs up, and says what
 * belongs nowhere.  What the module says must be the protocol.
 */
#include "sasl/authwire.h"
#include "world.h"

enum { LOGINS_OPEN = 16, LOGINS_PIECE = 24 };

struct logins_exchange {
	uint32_t id;
	unsigned sum;  /* of the bytes that came last */
	int has, turn; /* they came; it is the client's turn */
};

static struct {
	int door, fd;
	struct world_text heard;
	struct buf out;
	struct logins_exchange open[LOGINS_OPEN];
	unsigned n;
	int wild; /* it has said what it should not have */
} logins;

/* counts of what was said, in memory that is shared */
struct logins_said {
	unsigned good; /* somebody was let in */
};

static void
logins_begin(const char *path)
{
	memset(&logins, 0, sizeof logins);
	logins.fd = -1;
	logins.door = world_listen(path);
}

static struct logins_exchange *
logins_find(uint32_t id)
{
	unsigned i;

	for (i = 0; i < logins.n; i++)
		if (logins.open[i].id == id)
			return &logins.open[i];
	return NULL;
}

static void
logins_forget(struct logins_exchange *x)
{
	*x = logins.open[--logins.n];
}

/* what the client said, in base64 */
static void
logins_take(struct logins_exchange *x, struct slice data)
{
	size_t i;

	x->sum = 0;
	for (i = 0; i < data.n; i++)
		x->sum += (unsigned char)data.p[i];
	x->turn = 0;
}

static void
logins_line(const struct authwire_line *l)
{
	struct logins_exchange *x;
	struct slice data = { "", 0 };
	uint32_t id;

	if (authwire_is(l, "VERSION") || authwire_is(l, "CPID"))
		return;
	must(authwire_id(l, &id) == 0 && id != 0);
	x = logins_find(id);
	if (authwire_is(l, "AUTH")) {
		must(x == NULL && l->n >= 4 && logins.n < LOGINS_OPEN);
		x = &logins.open[logins.n++];
		*x = (struct logins_exchange){ .id = id };
		x->has = authwire_find(l, 3, "resp", &data);
		logins_take(x, data);
	} else if (authwire_is(l, "CONT")) {
		must(logins.wild || (x != NULL && x->turn && l->n == 3));
		if (x == NULL)
			return;
		x->has = 1;
		logins_take(x, l->n == 3 ? l->w[2] : data);
	} else {
		must(authwire_is(l, "CANCEL"));
		if (x != NULL)
			logins_forget(x);
	}
}

static void
logins_lines(void)
{
	struct authwire_line l;
	long n;

	while ((n = authwire_get(logins.heard.p, logins.heard.n, &l)) != 0) {
		must(n > 0 && n <= AUTHWIRE_REQUEST_MAX);
		logins_line(&l);
		logins.heard.n -= (size_t)n;
		memmove(logins.heard.p, logins.heard.p + n, logins.heard.n);
	}
}

/* one of them is answered */
static void
logins_answer(struct logins_exchange *x, struct logins_said *said)
{
	static const char *const failed[] = { "user=ann",
		"user=ann\tuser_disabled", "temp", "code=temp_fail" };
	unsigned how = x->sum % 8;
	int r;

	if (!x->has || how == 7) {
		r = buf_printf(&logins.out, "CONT\t%u\t%s\n", x->id,
		    x->sum & 8 ? "VXNlcm5hbWU6" : "");
		x->turn = 1;
	} else if (how < 4) {
		r = buf_printf(&logins.out, "OK\t%u\tuser=ann\n", x->id);
		said->good++;
		logins_forget(x);
	} else {
		r = buf_printf(&logins.out, "FAIL\t%u\t%s\n", x->id,
		    failed[x->sum / 8 % 4]);
		logins_forget(x);
	}
	must(r == 0);
}

static void
logins_end(void)
{
	close(logins.fd);
	logins.fd = -1;
	logins.n = 0;
	buf_free(&logins.out);
	memset(&logins.heard, 0, sizeof logins.heard);
}

static int
logins_greet(void)
{
	static const char text[] = "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\n"
				   "MECH\tLOGIN\tplaintext\n"
				   "MECH\tSCRAM-SHA-256\tmutual-auth\n"
				   "SPID\t7\nCUID\t1\nCOOKIE\t00\nDONE\n";

	logins.fd =
	    accept4(logins.door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (logins.fd == -1)
		return 0;
	must(buf_puts(&logins.out, text) == 0);
	return 1;
}

/* nobody has asked for that */
static void
logins_rave(unsigned b, struct logins_said *said)
{
	static const char *const odd[] = { "OK\t1\tuser=ann\n", "CONT\t1\t=\n",
		"OK\t2\n", "FAIL\t1\tuser=\001\n", "CONT\t1\tYQ==\n",
		"OK\t1\tuser=a b\n", "DONE\nMECH\tX\n", "\n\t\n" };

	logins.wild = 1;
	said->good += b % 8 == 0;
	must(buf_puts(&logins.out, odd[b % 8]) == 0);
}

static int
logins_say(unsigned b)
{
	size_t n = buf_len(&logins.out);

	if (n == 0)
		return 0;
	if (b < 200 && n > 1 + b % LOGINS_PIECE)
		n = 1 + b % LOGINS_PIECE;
	n = world_say(logins.fd, buf_data(&logins.out), n);
	buf_consume(&logins.out, n);
	return n > 0;
}

static struct logins_exchange *
logins_next(unsigned b)
{
	unsigned i;

	for (i = 0; i < logins.n; i++)
		if (!logins.open[(b + i) % logins.n].turn)
			return &logins.open[(b + i) % logins.n];
	return NULL;
}

/* 1: it has done something */
static int
logins_turn(unsigned b, struct logins_said *said)
{
	struct logins_exchange *x = logins_next(b / 4);

	if (logins.fd == -1)
		return logins_greet();
	if (world.faults && b % 64 == 2) {
		logins_end();
		return 1;
	}
	if (world.faults && b % 64 == 6)
		logins_rave(b / 64 + world_byte(), said);
	if (b % 4 == 0 && x != NULL) {
		logins_answer(x, said);
		return 1;
	}
	if (b % 2 == 0 && logins_say(b))
		return 1;
	if (!world_hear(logins.fd, &logins.heard, b < 128 ? 1 + b : 4096))
		return 0;
	logins_lines();
	if (logins.heard.ended)
		logins_end();
	return 1;
}

#endif
