/* header_next: stays within its bytes, goes on, and what it has cut into
 * fields is together what came */
#include "bounce/dsn.h"
#include "mail/header.h"
#include "mail/rcptfields.h"
#include "sendmail/localheader.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* the input as a display name: a phrase of printable ASCII, in lines that
 * end where a next begins with a blank */
static void
phrase(const char *in, size_t n, char name[LOCALHEADER_NAME_MAX + 1])
{
	struct buf b = { 0 };
	size_t i;

	n = strnlen(in, n < LOCALHEADER_NAME_MAX ? n : LOCALHEADER_NAME_MAX);
	memcpy(name, in, n);
	name[n] = '\0';
	for (i = 0; i < n; i++)
		if (name[i] == '\n')
			name[i] = ' ';
	if (localheader_phrase(&b, name) == -1)
		abort();
	for (i = 0; i < buf_len(&b); i++)
		if (buf_data(&b)[i] == '\0' || (buf_data(&b)[i] & 0x80) ||
		    (buf_data(&b)[i] == '\n' &&
			(i + 1 == buf_len(&b) || buf_data(&b)[i + 1] != ' ')))
			abort();
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *in = (const char *)data, *p = in, *before, *end = in + n;
	char name[LOCALHEADER_NAME_MAX + 1];
	struct localheader facts = { .me = "m",
		.from = "f",
		.name = name,
		.message_id = "<i>",
		.origin = "o" };
	struct buf b = { 0 };
	struct header_field f;
	enum header_end how, again;
	char line[100];
	size_t sum = 0, k, i, col = 0;

	do {
		before = p;
		how = header_next(&p, end, &f);
		if (how != HEADER_FIELD)
			break;
		if (p <= before || f.raw != before || f.raw + f.raw_len != p ||
		    f.name_len == 0 || f.value < f.name + f.name_len ||
		    f.value + f.value_len > p)
			abort();
		k = header_unfold(f.value, f.value_len, line, sizeof line);
		if (k > sizeof line || memchr(line, '\n', k) != NULL)
			abort();
		sum += f.raw_len;
	} while (1);
	sum += how == HEADER_EMPTY;
	if (header_skip(in, n, &again) != sum || again != how ||
	    (how == HEADER_EOF && sum != n))
		abort();
	/* the first line is a field or not, for all alike */
	p = in;
	if (header_fits(in, n, 1) !=
		(header_next(&p, end, &f) != HEADER_BODY) ||
	    (n > HEADER_NAME_MAX && header_fits(in, n, 0) == -1))
		abort();
	for (p = in; header_field(&p, end, &f);)
		if (f.raw < in || f.raw + f.raw_len != p || p > end)
			abort();
	for (p = in; header_field(&p, end, &f);)
		rcptfields_is(f.name, f.name_len, rcptfields_resent(in, n));
	localheader_sealed(in, n);
	phrase(in, n, name);
	/* what is made of it is a header itself */
	if (localheader_complete(&b, in, n, &facts) == -1)
		abort();
	if (header_skip(buf_data(&b), buf_len(&b), &how) != buf_len(&b) ||
	    how != HEADER_EOF ||
	    header_find(buf_data(&b), buf_len(&b), "bcc", &f))
		abort();
	for (i = 0; i < buf_len(&b); i++) {
		col = buf_data(&b)[i] == '\n' ? 0 : col + 1;
		if (col > 998 && !localheader_sealed(in, n))
			abort();
	}
	buf_clear(&b);
	if (dsn_header(&b, in, n, n / 2) == -1 ||
	    header_skip(buf_data(&b), buf_len(&b), &how) != buf_len(&b))
		abort();
	buf_free(&b);
	return 0;
}
