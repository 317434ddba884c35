#include "mime/addrname.h"
#include "base/ascii.h"
#include "mail/addrlist.h"
#include "mime/encword.h"

/* the name as it stands, without its marks */
struct name {
	char text[ADDRNAME_MAX];
	size_t len;
};

static void
put(struct name *m, char c)
{
	if (m->len < sizeof m->text)
		m->text[m->len++] = c;
}

/* a comment's or quoted string's text; returns one behind it */
static const char *
marked(struct name *m, const char *p, const char *end)
{
	char q = *p++;
	unsigned depth = 1;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (q == '"' ? *p == '"' : *p == ')' && --depth == 0)
			return p + 1;
		else if (q == '(' && *p == '(' &&
		    ++depth > ADDRLIST_COMMENTS_MAX)
			break;
		put(m, *p);
	}
	return end;
}

/* unquoted text: of several blanks one */
static void
put_word(struct name *m, char c)
{
	if (!ascii_white(c))
		put(m, c);
	else if (m->len > 0 && m->text[m->len - 1] != ' ')
		put(m, ' ');
}

/* the phrase up to the angle bracket; comment: the last one; group: one
 * began or ended.  Returns whether there is a bracket */
static int
scan(const char *p, const char *end, struct name *phrase, struct name *comment,
    int *group)
{
	*group = 0;
	while (p < end && *p != '<') {
		switch (*p) {
		case '(':
			comment->len = 0;
			p = marked(comment, p, end);
			break;
		case '"': p = marked(phrase, p, end); break;
		case ':': /* that was the name of a group */
			phrase->len = comment->len = 0;
			*group = 1;
			p++;
			break;
		case ';':
		case ',': /* something stood alone, behind a group */
			*group |= *p == ';';
			for (p++; p < end && ascii_white(*p); p++)
				;
			if (p < end)
				phrase->len = comment->len = 0;
			break;
		default: put_word(phrase, *p++);
		}
	}
	return p < end;
}

static void
trim(struct name *m)
{
	while (m->len > 0 && ascii_white(m->text[m->len - 1]))
		m->len--;
}

int
addrname_put(struct buf *b, const char *p, size_t n, int address)
{
	struct name phrase, comment;
	int bracket, group;
	size_t i;

	phrase.len = comment.len = 0;
	bracket = scan(p, p + n, &phrase, &comment, &group);
	if (!bracket && address)
		phrase.len = 0;
	trim(&phrase);
	trim(&comment);
	/* a comment of a group without members is nobody's */
	if (!bracket && !address && group && phrase.len == 0)
		comment.len = 0;
	if (phrase.len > 0 && comment.len > 0) {
		put(&phrase, ' ');
		put(&phrase, '(');
	}
	for (i = 0; i < comment.len; i++)
		put(&phrase, comment.text[i]);
	if (phrase.len > comment.len && comment.len > 0)
		put(&phrase, ')');
	if (phrase.len == 0)
		return 0;
	return encword_decode(b, phrase.text, phrase.len) == -1 ? -1 : 1;
}
