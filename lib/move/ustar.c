#include "move/ustar.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* where the fields are, and how long */
enum {
	NAME_AT = 0,
	NAME_BYTES = 100,
	MODE_AT = 100,
	UID_AT = 108,
	GID_AT = 116,
	SIZE_AT = 124,
	SIZE_BYTES = 12,
	MTIME_AT = 136,
	SUM_AT = 148,
	SUM_BYTES = 8,
	TYPE_AT = 156,
	MAGIC_AT = 257,
	PREFIX_AT = 345,
	PREFIX_BYTES = 155
};

static const char zeros[USTAR_BLOCK];

/* the checksum's own bytes count as blanks */
static unsigned
sum(const char *block)
{
	unsigned i, s = 0;

	for (i = 0; i < USTAR_BLOCK; i++)
		s += i - SUM_AT < SUM_BYTES ? ' ' : (unsigned char)block[i];
	return s;
}

int
ustar_put(struct buf *b, const char *name, uint64_t size, uint64_t mtime)
{
	char h[USTAR_BLOCK] = { 0 };
	size_t n = strlen(name);

	if (n > NAME_BYTES || size >> 33 != 0 || mtime >> 33 != 0) {
		errno = ERANGE;
		return -1;
	}
	memcpy(h + NAME_AT, name, n);
	snprintf(h + MODE_AT, 8, "%07o", 0640);
	snprintf(h + UID_AT, 8, "%07o", 0);
	snprintf(h + GID_AT, 8, "%07o", 0);
	snprintf(h + SIZE_AT, SIZE_BYTES, "%011llo", (unsigned long long)size);
	snprintf(h + MTIME_AT, SIZE_BYTES, "%011llo",
	    (unsigned long long)mtime);
	h[TYPE_AT] = '0';
	memcpy(h + MAGIC_AT, "ustar\00000", 8);
	snprintf(h + SUM_AT, SUM_BYTES, "%06o", sum(h));
	h[SUM_AT + SUM_BYTES - 1] = ' ';
	return buf_put(b, h, sizeof h);
}

unsigned
ustar_padding(uint64_t size)
{
	return (USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK;
}

int
ustar_pad(struct buf *b, uint64_t size)
{
	return buf_put(b, zeros, ustar_padding(size));
}

int
ustar_end(struct buf *b)
{
	if (buf_put(b, zeros, sizeof zeros) == -1)
		return -1;
	return buf_put(b, zeros, sizeof zeros);
}

/* octal digits with blanks before them, and a blank or NUL behind */
static int
octal(const char *p, unsigned n, uint64_t *out)
{
	unsigned i = 0, digits = 0;

	for (*out = 0; i < n && p[i] == ' '; i++)
		;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++, digits++)
		*out = *out << 3 | (uint64_t)(p[i] - '0');
	return digits > 0 && (i == n || p[i] == ' ' || p[i] == '\0') ? 0 : -1;
}

static void
read_name(const char *h, struct ustar *u)
{
	size_t folder = strnlen(h + PREFIX_AT, PREFIX_BYTES);
	size_t n = strnlen(h + NAME_AT, NAME_BYTES);

	/* GNU tar keeps other things in that place */
	if (memcmp(h + MAGIC_AT, "ustar", 6) != 0)
		folder = 0;
	memcpy(u->name, h + PREFIX_AT, folder);
	if (folder > 0)
		u->name[folder++] = '/';
	memcpy(u->name + folder, h + NAME_AT, n);
	u->name[folder + n] = '\0';
}

enum ustar_type
ustar_read(const char h[USTAR_BLOCK], struct ustar *u)
{
	uint64_t want;

	if (memcmp(h, zeros, USTAR_BLOCK) == 0)
		return USTAR_ZERO;
	if (memcmp(h + MAGIC_AT, "ustar", 5) != 0 ||
	    octal(h + SUM_AT, SUM_BYTES, &want) == -1 || want != sum(h) ||
	    octal(h + SIZE_AT, SIZE_BYTES, &u->size) == -1)
		return USTAR_NONE;
	read_name(h, u);
	if (h[TYPE_AT] == '0' || h[TYPE_AT] == '\0')
		return USTAR_FILE;
	/* links and folders hold nothing, whatever size they name */
	if (h[TYPE_AT] >= '1' && h[TYPE_AT] <= '6')
		u->size = 0;
	return USTAR_OTHER;
}
