#include "queue/result.h"
#include "base/num.h"
#include "queue/name.h"
#include <string.h>

static int
status_of(const struct ltsv_field *f, enum result_status *out)
{
	static const char *const name[] = { "sent", "deferred", "bounced",
		"later", "sending" };
	int i;

	for (i = 0; i < 5; i++)
		if (ltsv_is(f, name[i])) {
			*out = i;
			return 0;
		}
	return -1;
}

/* all of it, or nothing */
static void
take_key(struct result *r)
{
	const struct ltsv_field *until = ltsv_find(&r->l, "line-until");
	uint64_t room;

	r->key = (struct slice){ NULL, 0 };
	if (until == NULL ||
	    num_scan_time(until->value, until->value_len, &r->key_until_ms) ==
		-1 ||
	    ltsv_num(&r->l, "line-room", 0, UINT32_MAX - 1, &room) == -1)
		return;
	r->key = ltsv_slice(&r->l, "line");
	r->key_by = ltsv_slice(&r->l, "line-by");
	r->key_room = room;
}

int
result_parse(const char *line, size_t n, struct result *r)
{
	const struct ltsv_field *f;
	uint64_t u;

	if (ltsv_parse(line, n, &r->l) == -1)
		return -1;
	f = ltsv_find(&r->l, "id");
	if (f == NULL || name_check(f->value, f->value_len) == -1 ||
	    ltsv_num(&r->l, "n", 0, MESSAGE_RCPTS_MAX - 1, &u) == -1 ||
	    status_of(ltsv_find(&r->l, "status"), &r->status) == -1)
		return -1;
	r->id = f->value;
	r->n = u;
	f = ltsv_find(&r->l, "next");
	if (f == NULL ||
	    num_scan_time(f->value, f->value_len, &r->next_ms) == -1)
		r->next_ms = 0;
	r->room = RESULT_ROOM_NONE;
	if (ltsv_num(&r->l, "room", 0, UINT32_MAX - 1, &u) == 0)
		r->room = u;
	r->provider_room = RESULT_ROOM_NONE;
	if (ltsv_num(&r->l, "provider-room", 0, UINT32_MAX - 1, &u) == 0)
		r->provider_room = u;
	take_key(r);
	r->doubt = ltsv_is(ltsv_find(&r->l, "doubt"), "1");
	r->hold = ltsv_is(ltsv_find(&r->l, "hold"), "1");
	r->quiet = ltsv_is(ltsv_find(&r->l, "report"), "no");
	r->site = ltsv_find(&r->l, "site");
	if (r->site != NULL &&
	    (r->site->value_len == 0 || r->site->value_len > 255))
		r->site = NULL;
	r->provider = ltsv_find(&r->l, "provider");
	return 0;
}

int
result_again(const char *line, size_t n)
{
	static const char again[] = "again:1";
	const size_t len = sizeof again - 1;

	return n > len && memcmp(line, again, len) == 0 &&
	    (line[len] == '\n' || line[len] == '\t');
}

enum message_state
result_success(const struct result *r)
{
	const struct ltsv_field *f = ltsv_find(&r->l, "dsn");

	return f == NULL              ? MESSAGE_SENT
	    : ltsv_is(f, "relayed")   ? MESSAGE_RELAYED
	    : ltsv_is(f, "delivered") ? MESSAGE_DELIVERED
	    : ltsv_is(f, "expanded")  ? MESSAGE_EXPANDED
				      : MESSAGE_SENT;
}

static void
part(const struct result *r, const char *label, const char *none,
    struct buf *out)
{
	const struct ltsv_field *f = ltsv_find(&r->l, label);

	if (f == NULL || f->value_len == 0)
		buf_puts(out, none);
	else
		buf_put(out, f->value, f->value_len);
}

int
result_reply(const struct result *r, struct buf *out)
{
	const char *none = r->status == RESULT_SENT ? "2.0.0"
	    : r->status == RESULT_BOUNCED           ? "5.0.0"
						    : "4.0.0";

	buf_clear(out);
	if (buf_reserve(out, LTSV_LINE_MAX) == -1)
		return -1;
	part(r, "esc", none, out);
	buf_putc(out, ' ');
	part(r, "host", "-", out);
	buf_putc(out, ' ');
	part(r, "text", "", out);
	return 0;
}
