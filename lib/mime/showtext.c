#include "mime/showtext.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include "mime/charset.h"

int
showtext_text(struct buf *b, const char *label, struct buf *text)
{
	int r = ltsv_put(b, label, buf_len(text) > 0 ? buf_data(text) : "",
	    buf_len(text));

	buf_clear(text);
	return r;
}

int
showtext_clean(struct buf *b, const char *label, const char *p, size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, p, n);

	if (r == 0)
		r = showtext_text(b, label, &text);
	buf_free(&text);
	return r;
}

int
showtext_word(struct buf *b, const char *label, const char *p, size_t n)
{
	struct buf text = { 0 };
	int r = charset_clean(&text, p, n);

	ascii_lower_copy(buf_data(&text), buf_data(&text), buf_len(&text));
	if (r == 0)
		r = showtext_text(b, label, &text);
	buf_free(&text);
	return r;
}

int
showtext_type(struct buf *b, const char *label, const struct mimetype *t)
{
	struct buf text = { 0 };
	int r = buf_put(&text, t->type, t->type_len);

	if (r == 0 && t->subtype != NULL)
		r = buf_putc(&text, '/') == -1
		    ? -1
		    : buf_put(&text, t->subtype, t->subtype_len);
	if (r == 0)
		r = showtext_word(b, label, buf_data(&text), buf_len(&text));
	buf_free(&text);
	return r;
}
