/* what cdbwrite adds, cdbscan brings back in that order */
#include "base/cdbscan.h"
#include "base/cdbwrite.h"
#include "tap.h"
#include <stdlib.h>

static void
add(struct cdbwrite *c, const char *key, size_t kn, const char *data, size_t dn)
{
	cdbwrite_add(c, key, kn, data, dn);
}

/* "key=data;" of all, and how it ended */
static void
show(struct buf *out, const void *p, size_t n)
{
	struct cdbscan s;
	const char *key, *data;
	size_t kn, dn;
	int r = cdbscan_begin(&s, p, n);

	buf_clear(out);
	if (r == 0)
		while ((r = cdbscan_next(&s, &key, &kn, &data, &dn)) == 1) {
			buf_put(out, key, kn);
			buf_putc(out, '=');
			buf_put(out, data, dn);
			buf_putc(out, ';');
		}
	buf_puts(out, r == 0 ? "." : "!");
	buf_putc(out, '\0');
}

static void
damaged(struct buf *out, const struct buf *cdb)
{
	size_t n = buf_len(cdb), i, bad = 0;
	char *copy;

	for (i = 0; i < n; i++) {
		/* of just that size: the sanitizers see what is read beyond */
		copy = malloc(i + 1);
		memcpy(copy, buf_data(cdb), i);
		show(out, copy, i);
		/* what is missing may only be in the tables */
		bad += i < 2048 && strcmp(buf_data(out), "!") != 0;
		free(copy);
	}
	is_num((long long)bad, 0, "a head cut short is no cdb");
	copy = malloc(n);
	for (i = 0; i < 8; i++) {
		memcpy(copy, buf_data(cdb), n);
		copy[2048 + i] = (char)0xff;
		show(out, copy, n);
		is_str(buf_data(out), "!", "a length beyond the end");
	}
	memcpy(copy, buf_data(cdb), n);
	memset(copy + 80, 0, 4);
	show(out, copy, n);
	is_str(buf_data(out), "!", "a table in the head");
	memset(copy + 80, 0xff, 4);
	show(out, copy, n);
	is_str(buf_data(out), "!", "a table beyond the end");
	free(copy);
}

int
main(void)
{
	struct cdbwrite c = { 0 };
	struct buf out = { 0 };

	cdbwrite_finish(&c);
	show(&out, buf_data(&c.out), buf_len(&c.out));
	is_str(buf_data(&out), ".", "an empty one");
	cdbwrite_free(&c);
	memset(&c, 0, sizeof c);
	add(&c, "0002", 4, "b", 1);
	add(&c, "0001", 4, "", 0);
	add(&c, "", 0, "no key", 6);
	add(&c, "0002", 4, "once more", 9);
	cdbwrite_finish(&c);
	show(&out, buf_data(&c.out), buf_len(&c.out));
	is_str(buf_data(&out), "0002=b;0001=;=no key;0002=once more;.",
	    "all, in their order");
	show(&out, buf_data(&c.out), 0);
	is_str(buf_data(&out), "!", "no bytes at all");
	damaged(&out, &c.out);
	cdbwrite_free(&c);
	buf_free(&out);
	return done();
}
