#include "milter/milterreply.h"
#include <stdio.h>
#include <string.h>

/* forms of the data: what stands in it, in this order */
static const struct {
	char letter, what;
	const char *form; /* n: number, s: text, o: text that may be missing,
			   * d: anything */
} forms[] = {
	{ 'a', MILTERREPLY_ACCEPT, "" },
	{ 'c', MILTERREPLY_CONTINUE, "" },
	{ 'd', MILTERREPLY_DISCARD, "" },
	{ 'r', MILTERREPLY_REJECT, "" },
	{ 't', MILTERREPLY_TEMPFAIL, "" },
	{ '4', MILTERREPLY_TEMPFAIL, "" }, /* shutdown */
	{ 'f', MILTERREPLY_TEMPFAIL, "" }, /* the connection is to fail */
	{ 'y', MILTERREPLY_CODE, "v" },
	{ 's', MILTERREPLY_SKIP, "" },
	{ 'p', MILTERREPLY_PROGRESS, "" },
	{ 'h', MILTERREPLY_ADDHEADER, "sv" },
	{ 'i', MILTERREPLY_INSHEADER, "nsv" },
	{ 'm', MILTERREPLY_CHGHEADER, "nsv" },
	{ '+', MILTERREPLY_ADDRCPT, "s" },
	{ '2', MILTERREPLY_ADDRCPT, "so" },
	{ '-', MILTERREPLY_DELRCPT, "s" },
	{ 'e', MILTERREPLY_CHGFROM, "so" },
	{ 'b', MILTERREPLY_REPLBODY, "d" },
	{ 'q', MILTERREPLY_QUARANTINE, "v" },
};
enum { FORMS = sizeof forms / sizeof forms[0] };

/* one part of the data; 0, or -1 */
static int
take(struct milterreply *r, char form, const char **p, const char *end)
{
	switch (form) {
	case 'n':
		if (end - *p < 4)
			return -1;
		r->index = milterpacket_u32(*p);
		*p += 4;
		return 0;
	case 's':
		r->name = milterpacket_string(p, end);
		return r->name == NULL ? -1 : 0;
	case 'o':
		if (*p == end)
			return 0;
		__attribute__((fallthrough));
	case 'v':
		r->value = milterpacket_string(p, end);
		return r->value == NULL ? -1 : 0;
	default:
		r->data = *p;
		r->len = (size_t)(end - *p);
		*p = end;
		return 0;
	}
}

int
milterreply_read(const struct milterpacket *k, struct milterreply *r)
{
	const char *p = k->data, *end = p + k->len, *f;
	size_t i;

	memset(r, 0, sizeof *r);
	r->name = r->value = "";
	for (i = 0; i < FORMS && forms[i].letter != k->what; i++)
		;
	if (i == FORMS)
		return -1;
	r->what = (enum milterreply_what)forms[i].what;
	for (f = forms[i].form; *f != '\0'; f++)
		if (take(r, *f, &p, end) == -1)
			return -1;
	return p == end ? 0 : -1;
}

/* as a receipt */

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* how many bytes of s are an enhanced status code (RFC 3463 section 2) of this
 * class, and the blank behind it */
static size_t
esc_len(const char *s, char class)
{
	size_t n = 0, part, digits;

	if (s[0] != class || s[1] != '.')
		return 0;
	n = 2;
	for (part = 0; part < 2; part++) {
		for (digits = 0; digit(s[n]); digits++)
			n++;
		if (digits < 1 || digits > 3)
			return 0;
		if (part == 0 && s[n++] != '.')
			return 0;
	}
	return s[n] == ' ' ? n + 1 : s[n] == '\0' ? n : 0;
}

/* behind the code of a line of the reply, and its enhanced status code */
static const char *
line_text(const char *s, char class)
{
	if (digit(s[0]) && digit(s[1]) && digit(s[2]) &&
	    (s[3] == ' ' || s[3] == '-'))
		s += 4;
	return s + esc_len(s, class);
}

/* the text of all lines, with a blank between; n bytes are in out */
static void
put_lines(char *out, size_t n, const char *s, char class)
{
	size_t from = n;

	for (s = line_text(s, class); *s != '\0' && n < MILTERREPLY_TEXT - 1;
	     s++) {
		if (*s == '\n' || *s == '\r') {
			while (s[1] == '\n' || s[1] == '\r')
				s++;
			s = line_text(s + 1, class) - 1;
			if (n > from && out[n - 1] != ' ')
				out[n++] = ' ';
			continue;
		}
		if (*s == '%' && s[1] == '%')
			s++;
		out[n++] = *s >= 0x20 && *s < 0x7f ? *s : '?';
	}
	while (n > from && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

enum receipt_kind
milterreply_receipt(const char *reply, char out[MILTERREPLY_TEXT])
{
	char class = reply[0] == '5' ? '5' : '4';
	const char *s = reply;
	size_t n;

	if (digit(s[0]) && digit(s[1]) && digit(s[2]) &&
	    (s[3] == ' ' || s[3] == '-'))
		s += 4;
	n = esc_len(s, class);
	if (n > 0) {
		memcpy(out, s, n);
		if (out[n - 1] != ' ')
			out[n++] = ' ';
	} else {
		n = (size_t)snprintf(out, MILTERREPLY_TEXT, "%c.7.1 ", class);
	}
	put_lines(out, n, reply, class);
	if (out[n] == '\0')
		snprintf(out + n, MILTERREPLY_TEXT - n, "%s",
		    class == '5' ? "refused" : "try again later");
	return class == '5' ? RECEIPT_PERM : RECEIPT_TEMP;
}
