#include "mime/mimetext.h"
#include "mime/charset.h"
#include "mime/encword.h"

int
mimetext_param(struct buf *b, const struct mimetype *t, const char *name,
    size_t n)
{
	char v[MIMETYPE_VALUE_MAX];
	struct mimevalue how;
	long len = mimetype_value(t, name, n, v, sizeof v, &how);
	int k;

	if (len == -1)
		return 0;
	if (how.charset_len > 0)
		k = charset_utf8(b, how.charset, how.charset_len, v, len);
	else if (how.extended)
		k = charset_clean(b, v, len);
	else
		k = encword_decode(b, v, len);
	return k == -1 ? -1 : 1;
}

int
mimetext_filename(struct buf *b, const struct mimepart *m)
{
	int k = 0;

	if (m->disposition.type_len > 0)
		k = mimetext_param(b, &m->disposition, "filename", 8);
	return k != 0 ? k : mimetext_param(b, &m->type, "name", 4);
}
