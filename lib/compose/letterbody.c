#include "compose/composefile.h"
#include "compose/letterparts.h"

enum { TEXTS = 3 };

struct body {
	struct mimeout out;
	struct composefiles files, inlines;
	struct buf room[TEXTS]; /* of a rendered text, and of its lines */
};

/* a text, in room where it is not as it stands in the JSON */
static int
read_text(struct letter *l, enum letter_member k, struct slice *out,
    struct buf *room)
{
	struct slice s;

	if (l->m[k] == NULL)
		return 0;
	if (letter_string(l, l->m[k], &s) == -1)
		return letter_in(l, k);
	if (s.n > 0 && memchr(s.p, '\0', s.n) != NULL) {
		composefault_say(l->fault, "a NUL");
		return letter_in(l, k);
	}
	/* what is rendered lives until the next is */
	if (l->render != NULL) {
		if (buf_put(room, s.p, s.n) == -1)
			return composefault_memory(l->fault);
		s.p = s.n == 0 ? "" : buf_data(room);
	}
	*out = s;
	return 0;
}

static int
read_texts(struct letter *l, struct body *b)
{
	static const enum letter_member members[TEXTS] = { LETTER_TEXT,
		LETTER_AMP, LETTER_HTML };
	struct slice *out[TEXTS] = { &b->out.text, &b->out.amp, &b->out.html };
	struct buf lines = { 0 };
	int i, r = 0;

	for (i = 0; r == 0 && i < TEXTS; i++) {
		if (read_text(l, members[i], out[i], &b->room[i]) == -1)
			return -1;
		r = mimeout_lines(out[i], &lines);
		if (r == 0 && buf_len(&lines) > 0) {
			buf_free(&b->room[i]);
			b->room[i] = lines;
			memset(&lines, 0, sizeof lines);
		}
	}
	buf_free(&lines);
	return r == -1 ? composefault_memory(l->fault) : 0;
}

static int
read_files(struct letter *l, struct body *b)
{
	if (l->m[LETTER_ATTACHMENTS] != NULL &&
	    composefile_read(&b->files, l->m[LETTER_ATTACHMENTS], 0,
		l->fault) == -1)
		return letter_in(l, LETTER_ATTACHMENTS);
	if (l->m[LETTER_INLINE] == NULL)
		return 0;
	if (composefile_read(&b->inlines, l->m[LETTER_INLINE], 1, l->fault) ==
	    -1)
		return letter_in(l, LETTER_INLINE);
	if (b->inlines.n == 0 || b->out.html.p != NULL)
		return 0;
	composefault_say(l->fault, "there is no html");
	return letter_in(l, LETTER_INLINE);
}

static int
put_body(struct letter *l, struct body *b)
{
	if (read_texts(l, b) == -1 || read_files(l, b) == -1)
		return -1;
	if (l->look)
		return 0;
	b->out.seed = l->seed;
	b->out.files = b->files.file;
	b->out.n_files = b->files.n;
	b->out.inlines = b->inlines.file;
	b->out.n_inlines = b->inlines.n;
	return mimeout_put(l->text, &b->out) == -1
	    ? composefault_memory(l->fault)
	    : 0;
}

int
letterbody_put(struct letter *l)
{
	struct body b = { .out = { .seed = 0 } };
	int i, r = put_body(l, &b);

	for (i = 0; i < TEXTS; i++)
		buf_free(&b.room[i]);
	composefile_free(&b.files);
	composefile_free(&b.inlines);
	return r;
}
