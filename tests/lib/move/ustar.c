#include "tap.h"
#include "move/ustar.h"
#include <errno.h>

static void
put(const char *name, uint64_t size, uint64_t mtime, int good)
{
	struct buf b = { 0 };
	struct ustar u;
	int r = ustar_put(&b, name, size, mtime);

	is_num(r, good ? 0 : -1, name);
	if (good)
		ok(buf_len(&b) == USTAR_BLOCK &&
			ustar_read(buf_data(&b), &u) == USTAR_FILE &&
			strcmp(u.name, name) == 0 && u.size == size,
		    "and comes back");
	else
		ok(errno == ERANGE && buf_len(&b) == 0, "nothing is added");
	buf_free(&b);
}

/* a header of which a byte is another one is none, whichever it is; but those
 * that only say how it is said */
static void
damaged(void)
{
	struct buf b = { 0 };
	struct ustar u;
	char h[USTAR_BLOCK];
	unsigned i, taken = 0;

	ustar_put(&b, "id/message", 12345, 1790000000);
	for (i = 0; i < USTAR_BLOCK; i++) {
		memcpy(h, buf_data(&b), sizeof h);
		h[i] ^= 0x15;
		taken +=
		    ustar_read(h, &u) != USTAR_NONE && (i < 148 || i > 155);
	}
	is_num(taken, 0, "no damaged header is taken");
	buf_free(&b);
}

/* checksum of a header that was changed on purpose */
static void
seal(char *h)
{
	unsigned i, s = 0;

	memset(h + 148, ' ', 8);
	for (i = 0; i < USTAR_BLOCK; i++)
		s += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", s);
	h[155] = ' ';
}

static void
others(void)
{
	struct buf b = { 0 };
	struct ustar u;
	char h[USTAR_BLOCK];
	static const struct {
		char type;
		enum ustar_type want;
		uint64_t size;
	} types[] = { { '0', USTAR_FILE, 7 }, { '\0', USTAR_FILE, 7 },
		{ '5', USTAR_OTHER, 0 }, { '2', USTAR_OTHER, 0 },
		{ 'x', USTAR_OTHER, 7 }, { 'g', USTAR_OTHER, 7 } };
	unsigned i;

	ustar_put(&b, "a/b", 7, 0);
	for (i = 0; i < sizeof types / sizeof *types; i++) {
		memcpy(h, buf_data(&b), sizeof h);
		h[156] = types[i].type;
		seal(h);
		is_num(ustar_read(h, &u), types[i].want, "a type");
		is_num((long long)u.size, (long long)types[i].size, "its size");
	}
	memcpy(h, buf_data(&b), sizeof h);
	memcpy(h + 345, "x/y", 3);
	seal(h);
	ok(ustar_read(h, &u) == USTAR_FILE && strcmp(u.name, "x/y/a/b") == 0,
	    "folders in front");
	memcpy(h + 257, "ustar  ", 8);
	seal(h);
	ok(ustar_read(h, &u) == USTAR_FILE && strcmp(u.name, "a/b") == 0,
	    "as GNU tar writes it");
	memset(h, 'a', 100);
	memset(h + 345, 'b', 155);
	memcpy(h + 257, "ustar\00000", 8);
	seal(h);
	ok(ustar_read(h, &u) == USTAR_FILE && strlen(u.name) == 256,
	    "the longest name");
	memcpy(h + 124, "\200\0\0\0\0\0\0\0\0\0\0\7", 12);
	seal(h);
	is_num(ustar_read(h, &u), USTAR_NONE, "a size that is not octal");
	memset(h, 0, sizeof h);
	is_num(ustar_read(h, &u), USTAR_ZERO, "zeros");
	h[511] = 1;
	is_num(ustar_read(h, &u), USTAR_NONE, "but for one");
	buf_free(&b);
}

int
main(void)
{
	char name[102];

	put("0123456789abcdefgh1v/envelope", 0, 0, 1);
	put("end", 8589934591, 8589934591, 1);
	put("large", 8589934592, 0, 0);
	put("late", 1, 8589934592, 0);
	memset(name, 'n', 101);
	name[100] = '\0';
	put(name, 512, 1790000000, 1);
	name[100] = 'n';
	name[101] = '\0';
	put(name, 512, 1790000000, 0);
	is_num(ustar_padding(0), 0, "nothing behind nothing");
	is_num(ustar_padding(1), 511, "behind a byte");
	is_num(ustar_padding(512), 0, "behind a block");
	damaged();
	others();
	return done();
}
