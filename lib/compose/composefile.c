#include "compose/composefile.h"
#include "base/base64.h"
#include "compose/members.h"
#include "mime/encode.h"
#include "mime/mimetype.h"
#include <stdlib.h>

enum { NAME, TYPE, CONTENT, ENCODING, CID, MEMBERS };

static int
say_in(struct compose_fault *f, const char *member, const char *why)
{
	composefault_say(f, why);
	return composefault_in(f, member);
}

static int
printable(struct slice s, const char *but)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' || strchr(but, s.p[i]) != NULL)
			return 0;
	return 1;
}

static int
read_name(struct mimeout_file *file, const json_t *j, struct compose_fault *f)
{
	file->name = members_slice(j);
	if (j != NULL && !json_is_string(j))
		return say_in(f, "name", "no string");
	if (file->name.n > COMPOSEFILE_NAME_MAX)
		return say_in(f, "name", "more than 255 bytes");
	if (members_control(file->name))
		return say_in(f, "name", "control characters");
	return 0;
}

/* without one: bytes of which nothing is known (RFC 2046 section 4.5.1) */
static int
read_type(struct mimeout_file *file, const json_t *j, struct compose_fault *f)
{
	static const struct slice unknown = { "application/octet-stream", 24 };
	struct mimetype t;

	file->type = j == NULL ? unknown : members_slice(j);
	if (file->type.n > COMPOSEFILE_TYPE_MAX)
		return say_in(f, "type", "more than 255 bytes");
	if (!printable(file->type, "") ||
	    mimetype_parse(&t, file->type.p, file->type.n) == -1 ||
	    t.subtype_len == 0)
		return say_in(f, "type", "no type");
	if (mimetype_is(&t, "multipart", NULL))
		return say_in(f, "type", "a file has no parts");
	return 0;
}

static int
read_cid(struct mimeout_file *file, const json_t *j, int within,
    struct compose_fault *f)
{
	file->cid = members_slice(j);
	if (!within)
		return j == NULL ? 0
				 : say_in(f, "cid", "only of an inline file");
	if (file->cid.n == 0 || file->cid.n > COMPOSEFILE_CID_MAX ||
	    !printable(file->cid, " <>"))
		return say_in(f, "cid",
		    "1 to 255 printable bytes without blanks, < and >");
	return 0;
}

/* messages may not be encoded (RFC 2046 section 5.2.1) */
static int
plain_message(struct mimeout_file *file, struct buf *room,
    struct compose_fault *f)
{
	struct slice s = file->content;
	struct buf bytes = { 0 };
	long n;

	if (file->form == MIMEOUT_BASE64) {
		if (buf_reserve(&bytes, s.n) == -1)
			return composefault_memory(f);
		n = base64_get(s.p, s.n, buf_tail(&bytes), s.n);
		buf_added(&bytes, n < 0 ? 0 : (size_t)n);
		s.p = n > 0 ? buf_data(&bytes) : "";
		s.n = buf_len(&bytes);
	}
	buf_clear(room);
	if (mimeout_lines(&s, room) == -1 ||
	    (buf_len(room) == 0 && buf_put(room, s.p, s.n) == -1)) {
		buf_free(&bytes);
		return composefault_memory(f);
	}
	buf_free(&bytes);
	file->content.p = buf_len(room) > 0 ? buf_data(room) : "";
	file->content.n = buf_len(room);
	file->form = MIMEOUT_TEXT;
	return encode_faults(file->content.p, file->content.n) == 0
	    ? 0
	    : say_in(f, "content", "a message that is not 7 bit");
}

static int
read_content(struct mimeout_file *file, json_t *const *m, struct buf *room,
    struct compose_fault *f)
{
	struct slice encoding = members_slice(m[ENCODING]);
	int text = ascii_is(encoding.p, encoding.n, "text");

	file->content = members_slice(m[CONTENT]);
	if (!json_is_string(m[CONTENT]))
		return say_in(f, "content", "no string");
	if (m[ENCODING] != NULL && !text &&
	    !ascii_is(encoding.p, encoding.n, "base64"))
		return say_in(f, "encoding", "neither base64 nor text");
	if (!text &&
	    encode_base64_lines(NULL, file->content.p, file->content.n) != 0)
		return say_in(f, "content", "no base64");
	file->form = text ? MIMEOUT_BYTES : MIMEOUT_BASE64;
	if (ascii_begins(file->type.p, file->type.n, "message/"))
		return plain_message(file, room, f);
	if (!text || !ascii_begins(file->type.p, file->type.n, "text/"))
		return 0;
	file->form = MIMEOUT_TEXT;
	return mimeout_lines(&file->content, room) == -1
	    ? composefault_memory(f)
	    : 0;
}

static int
read_one(struct mimeout_file *file, struct buf *room, const json_t *j,
    int within, struct compose_fault *f)
{
	static const char *const names[MEMBERS] = { "name", "type", "content",
		"encoding", "cid" };
	json_t *m[MEMBERS];

	if (members_read(j, names, MEMBERS, m, f) == -1 ||
	    read_name(file, m[NAME], f) == -1 ||
	    read_type(file, m[TYPE], f) == -1 ||
	    read_cid(file, m[CID], within, f) == -1)
		return -1;
	return read_content(file, m, room, f);
}

int
composefile_read(struct composefiles *c, const json_t *j, int within,
    struct compose_fault *f)
{
	size_t i, n = json_array_size(j);

	if (!json_is_array(j))
		return composefault_say(f, "no list");
	if (n > COMPOSEFILE_MAX)
		return composefault_say(f, "more than 100");
	c->file = calloc(n + 1, sizeof *c->file);
	c->room = calloc(n + 1, sizeof *c->room);
	if (c->file == NULL || c->room == NULL)
		return composefault_memory(f);
	for (i = 0; i < n; i++) {
		c->n = i + 1;
		if (read_one(&c->file[i], &c->room[i], json_array_get(j, i),
			within, f) == -1)
			return composefault_at(f, i);
	}
	return 0;
}

void
composefile_free(struct composefiles *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		buf_free(&c->room[i]);
	free(c->file);
	free(c->room);
	memset(c, 0, sizeof *c);
}
