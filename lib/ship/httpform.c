#include "ship/httpform.h"
#include "base/ascii.h"
#include "ship/csvrecord.h"
#include "ship/eid.h"
#include "ship/shipline.h"
#include <stdlib.h>
#include <string.h>

int
httpform_body(struct httpform *f, const struct ship_event *ev, size_t n,
    struct buf *b)
{
	size_t i;

	if (f->kind->body != NULL)
		return f->kind->body(f, ev, n, b);
	for (i = 0; i < n; i++)
		if (f->kind->one(f, &ev[i], b) == -1)
			return -1;
	return 0;
}

void
httpform_free(struct httpform *f)
{
	buf_free(&f->scratch);
	if (f->columns != NULL)
		csvrecord_free(f->columns);
	free(f->columns);
	f->columns = NULL;
}

int
httpform_escape(struct buf *b, const char *p, size_t n)
{
	char hex[3] = "%";
	size_t i;

	for (i = 0; i < n; i++) {
		if (ascii_alnum(p[i]) ||
		    (p[i] != '\0' && strchr("-._~", p[i]) != NULL)) {
			if (buf_putc(b, p[i]) == -1)
				return -1;
			continue;
		}
		ascii_hex_upper(hex + 1, (unsigned char)p[i]);
		if (buf_put(b, hex, 3) == -1)
			return -1;
	}
	return 0;
}

int
httpform_parameter(struct buf *b, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return 0;
	return buf_printf(b, "&%s=", name) == -1 ||
		httpform_escape(b, value, strlen(value)) == -1
	    ? -1
	    : 0;
}

int64_t
httpform_us(const struct httpform *f, const struct ship_event *ev)
{
	int64_t us = shipline_us(ev->line, ev->len);

	return us == -1 ? f->now_us : us;
}

struct slice
httpform_eid(const struct ship_event *ev)
{
	struct slice eid;

	shipline_find(ev->line, ev->len, "eid", &eid);
	if (eid.n > EID_LEN)
		eid.n = EID_LEN;
	return eid;
}
