/*
 * A stream of messages, read whole and in two pieces that the first byte
 * chooses: the same events; never more than was fed; a message ends before
 * another begins; nothing comes behind a break; an envelope that is taken
 * makes a head that can be read, with all its recipients.
 */
#include "move/movestream.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
look(const struct moveenv *e)
{
	struct buf head = { 0 }, env = { 0 };
	struct message_head h;
	struct message_rcpt r;
	size_t n;
	int k = moveenv_head(e, "", 0, &head, &env), seen = 0;

	moveenv_rcpts(e, &n);
	must(n > 0);
	if (k != -1) {
		must((size_t)k == n);
		must(message_open(buf_data(&head), buf_len(&head), &h) == 0);
		while (message_rcpt(&h, &r) == 1)
			seen++;
		must(seen == k);
		must(moveenv_test(e, 1790000000000000, &head, &env) != 0);
	}
	buf_free(&head);
	buf_free(&env);
}

/* bytes of bodies join, or pieces would be seen */
static void
note(struct buf *out, const struct movestream *s,
    const struct movestream_event *e, int *open)
{
	if (e->kind == MOVESTREAM_BODY) {
		must(*open);
		buf_put(out, e->p, e->n);
		return;
	}
	must(e->kind != MOVESTREAM_MESSAGE || !*open);
	must(e->kind != MOVESTREAM_WHOLE || *open);
	*open = e->kind == MOVESTREAM_MESSAGE;
	if (e->kind == MOVESTREAM_MESSAGE)
		look(&s->env);
	buf_printf(out, "\n%d %s\n", (int)e->kind,
	    e->kind == MOVESTREAM_DAMAGED || e->kind == MOVESTREAM_BROKEN
		? s->why
		: s->env.id);
}

static void
play(const char *p, size_t n, size_t cut, struct buf *out)
{
	struct movestream s = { .at = 0 };
	struct movestream_event e;
	size_t at = 0, end, used;
	int open = 0, broken = 0;
	const char *why;

	while (at < n) {
		end = at < cut ? cut : n;
		used = movestream_feed(&s, p + at, end - at, &e);
		must(used <= end - at && (used > 0 || e.kind != 0));
		at += used;
		must(!broken || e.kind == MOVESTREAM_MORE);
		if (e.kind != MOVESTREAM_MORE)
			note(out, &s, &e, &open);
		broken |= e.kind == MOVESTREAM_BROKEN;
	}
	why = movestream_eof(&s);
	buf_printf(out, "\n%s\n", why == NULL ? "" : why);
	movestream_free(&s);
}

/* headers with a checksum that is right, whatever else they say */
static void
seal(char *p, size_t n)
{
	size_t at, i;
	unsigned sum;

	for (at = 0; at + USTAR_BLOCK <= n; at += USTAR_BLOCK) {
		if (memcmp(p + at + 257, "ustar", 5) != 0)
			continue;
		memset(p + at + 148, ' ', 8);
		for (sum = i = 0; i < USTAR_BLOCK; i++)
			sum += (unsigned char)p[at + i];
		for (i = 0; i < 6; i++, sum >>= 3)
			p[at + 153 - i] = (char)('0' + (sum & 7));
		p[at + 154] = '\0';
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };
	size_t cut;
	char *p;

	if (size < 2)
		return 0;
	cut = data[0] * size / 256;
	size--;
	p = malloc(size);
	must(p != NULL);
	memcpy(p, data + 1, size);
	seal(p, size);
	play(p, size, size, &whole);
	play(p, size, cut < size ? cut : size, &pieces);
	must(buf_len(&whole) == buf_len(&pieces) &&
	    memcmp(buf_data(&whole), buf_data(&pieces), buf_len(&whole)) == 0);
	buf_free(&whole);
	buf_free(&pieces);
	free(p);
	return 0;
}
