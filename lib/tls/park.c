#include "tls/park.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* a resumed handshake's records, and those of a client behind the first */
enum { GATHER_ROOM = 512 };

/* in its allocation: bytes that were read, the record that comes in, those that
 * were gathered, the one that goes out */
struct parked {
	uint32_t raw, in, gathered, out;
	unsigned char bytes[];
};

struct range {
	size_t from, n;
};

/* full size: for less the engine asks the other side for short records, by an
 * extension that many do not know */
static unsigned char ibuf[BR_SSL_BUFSIZE_INPUT];
static unsigned char obuf[BR_SSL_BUFSIZE_OUTPUT];
struct raw park_raw;
static struct {
	unsigned char bytes[GATHER_ROOM];
	size_t at, end;
} gather;
static const struct tls *owner; /* whose bytes are in them now */

void
park_buffers(br_ssl_engine_context *eng)
{
	assert(owner == NULL);
	br_ssl_engine_set_buffers_bidi(eng, ibuf, sizeof ibuf, obuf,
	    sizeof obuf);
}

/*
 * Of a record that comes in, before it is open: all that came of it, header
 * included; open, or not encrypted: what has not been taken.
 */
static struct range
range_in(const br_ssl_engine_context *e)
{
	if (e->ixa < e->ixb)
		return (struct range){ e->ixa, e->ixb - e->ixa };
	if (e->incrypt == 0 && e->ixa == 5)
		return (struct range){ 0, 0 };
	return (struct range){ 0, e->ixb };
}

/* a record that is to leave, or plain text of one that is begun */
static struct range
range_out(const br_ssl_engine_context *e)
{
	if (e->oxc > e->oxa)
		return (struct range){ e->oxa, e->oxc - e->oxa };
	return (struct range){ e->oxc, e->oxa - e->oxc };
}

/* each returns the place behind */
static const unsigned char *
unpack(unsigned char *to, const unsigned char *from, size_t n)
{
	memcpy(to, from, n);
	return from + n;
}

static unsigned char *
pack(unsigned char *to, const unsigned char *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

void
park_enter(struct tls *t)
{
	struct range in = range_in(t->eng), out = range_out(t->eng);
	struct parked *p = t->parked;
	const unsigned char *from;

	assert(owner == NULL);
	owner = t;
	park_raw.at = park_raw.end = gather.at = gather.end = 0;
	if (p == NULL)
		return;
	assert(p->in == in.n && p->out == out.n);
	from = p->bytes;
	from = unpack(park_raw.bytes, from, park_raw.end = p->raw);
	from = unpack(ibuf + in.from, from, p->in);
	from = unpack(gather.bytes, from, gather.end = p->gathered);
	unpack(obuf + out.from, from, p->out);
	park_free(t);
}

int
park_leave(struct tls *t)
{
	struct range in = range_in(t->eng), out = range_out(t->eng);
	size_t raw = park_raw.end - park_raw.at, late = gather.end - gather.at;
	unsigned char *to;
	struct parked *p;

	assert(owner == t);
	owner = NULL;
	if (raw + in.n + late + out.n == 0)
		return 0;
	if ((p = malloc(sizeof *p + raw + in.n + late + out.n)) == NULL)
		return -1;
	p->raw = (uint32_t)raw;
	p->in = (uint32_t)in.n;
	p->gathered = (uint32_t)late;
	p->out = (uint32_t)out.n;
	to = pack(p->bytes, park_raw.bytes + park_raw.at, raw);
	to = pack(to, ibuf + in.from, in.n);
	to = pack(to, gather.bytes + gather.at, late);
	pack(to, obuf + out.from, out.n);
	t->parked = p;
	return 0;
}

int
park_gather(const unsigned char *p, size_t n)
{
	if (n > sizeof gather.bytes - gather.end)
		return 0;
	memcpy(gather.bytes + gather.end, p, n);
	gather.end += n;
	return 1;
}

const unsigned char *
park_gathered(size_t *n)
{
	*n = gather.end - gather.at;
	return gather.bytes + gather.at;
}

void
park_gathered_left(size_t n)
{
	gather.at += n;
	if (gather.at == gather.end)
		gather.at = gather.end = 0;
}

void
park_free(struct tls *t)
{
	free(t->parked);
	t->parked = NULL;
}

size_t
park_held(const struct tls *t)
{
	const struct parked *p = t->parked;

	return p == NULL ? 0
			 : sizeof *p + p->raw + p->in + p->gathered + p->out;
}

size_t
park_raw_held(const struct tls *t)
{
	return t->parked == NULL ? 0 : t->parked->raw;
}

size_t
park_unsent(const struct tls *t)
{
	const br_ssl_engine_context *e = t->eng;
	size_t late = owner == t ? gather.end - gather.at
	    : t->parked == NULL  ? 0
				 : t->parked->gathered;

	return late + (e->oxc > e->oxa ? e->oxc - e->oxa : 0);
}

int
park_at_record(const struct tls *t)
{
	return t->eng->ixb == 0;
}

int
park_out_clear(const struct tls *t)
{
	return t->eng->out.vtable == &br_sslrec_out_clear_vtable;
}

int
park_theirs_ended(const struct tls *t)
{
	return t->eng->shutdown_recv;
}
