/* XCLIENT: values stand in the room that was given, one behind the other, and
 * are printable UTF-8; put into xtext again they are read as the same */
#include "smtp/xclient.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const char *const names[] = { "NAME", "ADDR", "PORT", "PROTO", "HELO",
	"LOGIN", "DESTADDR", "DESTPORT" };

static size_t
put(char *out, unsigned which, struct slice v)
{
	size_t at = (size_t)sprintf(out, "%s=", names[which]), i;

	if (v.n == 0)
		return at + (size_t)sprintf(out + at, "[UNAVAILABLE] ");
	for (i = 0; i < v.n; i++)
		at += (size_t)sprintf(out + at, "+%02X", (unsigned char)v.p[i]);
	out[at++] = ' ';
	return at;
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *in = malloc(n + 1), *room = malloc(n + 1), *again, *room2;
	struct xclient x, y;
	size_t len = 0, sum = 0;
	unsigned i;

	memcpy(in, data, n);
	if (xclient_parse(in, n, &x, room) == 0) {
		again = malloc(3 * n + 300);
		for (i = 0; i < XCLIENT_ATTRIBUTES; i++) {
			if (x.value[i].p == NULL)
				continue;
			sum += x.value[i].n;
			assert(x.value[i].p >= room &&
			    x.value[i].p + x.value[i].n <= room + n);
			assert(utf8_printable(x.value[i].p, x.value[i].n));
			len += put(again + len, i, x.value[i]);
		}
		assert(sum <= n);
		room2 = malloc(len + 1);
		assert(xclient_parse(again, len, &y, room2) == 0);
		for (i = 0; i < XCLIENT_ATTRIBUTES; i++) {
			assert((x.value[i].p == NULL) ==
			    (y.value[i].p == NULL));
			assert(x.value[i].n == y.value[i].n);
			assert(x.value[i].n == 0 ||
			    memcmp(x.value[i].p, y.value[i].p, x.value[i].n) ==
				0);
		}
		free(again);
		free(room2);
	}
	free(in);
	free(room);
	return 0;
}
