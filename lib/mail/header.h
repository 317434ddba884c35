#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stddef.h>

/*
 * Walk through the header of a message whose lines end in LF (RFC 5322
 * section 2.2).  Nothing is copied or changed; every result is a slice of
 * what was given.
 */
enum {
	HEADER_MAX = 1 << 20, /* bytes of a header that programs look at */
	HEADER_NAME_MAX = 998 /* bytes of a name and what is between it and
			       * its colon; with more it is no field */
};

enum header_end {
	HEADER_FIELD, /* a field */
	HEADER_EMPTY, /* the empty line: the body begins behind it */
	HEADER_BODY,  /* a line that is no field: the body begins with it */
	HEADER_EOF    /* nothing more is there */
};

struct header_field {
	const char *raw; /* the whole field with its LFs */
	size_t raw_len;
	const char *name; /* without blanks before the colon */
	size_t name_len;
	const char *value; /* behind the colon, folding and all, without the
			    * last LF; blanks at both ends are cut off */
	size_t value_len;
};

/*
 * header_next - the next field
 *
 * *p   where to read; moved behind the field, behind the empty line, or
 *      left at the first line of the body
 * end  one behind the last byte
 *
 * A field is a name of printable ASCII without colon or blank, perhaps
 * blanks (obsolete, section 4.5), a colon, and lines of which all but the
 * first begin with a blank.  The last line may lack its LF.
 */
enum header_end header_next(const char **p, const char *end,
    struct header_field *f);

/* the same where lines end in LF or CRLF, as in messages that come from a
 * file: a CR before the LF belongs to the line's end, also in value */
enum header_end header_next_crlf(const char **p, const char *end,
    struct header_field *f);

/*
 * header_field - the next field, whatever stands between
 *
 * A header ends at its empty line and nowhere else: lines in it that are no
 * fields are stepped over.  1, or 0 when there is no more; *p is then behind
 * the empty line or at the end.  All programs agree on this end, so that
 * none sees a field that another one took for text.
 */
int header_field(const char **p, const char *end, struct header_field *f);

/*
 * header_fits - may a field be put directly before this message?
 *
 * p, n   its first bytes, lines that end in LF
 * whole  there are no more
 *
 * 1: it begins with a field or the empty line, or is empty.  0: it begins
 * with something else: a field before it needs an empty line behind it, or
 * that line would go on with the field's value, and be ours.  -1: the answer
 * needs more bytes; never once there are more than HEADER_NAME_MAX.
 */
int header_fits(const char *p, size_t n, int whole);
/* the same question of a message that begins with no field: is its first line
 * what separates messages in a mailbox (From, or >From, a blank, sender and
 * time), with a header behind it?  -1: more bytes are needed; never once there
 * are twice as many as HEADER_NAME_MAX */
int header_mailbox(const char *p, size_t n, int whole);

/* is this the field's name?  letter case does not count */
int header_is(const struct header_field *, const char *name);

/* the first field of that name in a header, by header_field(): 1 found, 0
 * not there */
int header_find(const char *p, size_t n, const char *name,
    struct header_field *f);

/*
 * header_silent - is a field's value nothing?
 *
 * Empty, or no more than blanks, "" and <>, as in From: "" <> and
 * Message-ID: <>, which programs write that lack what should stand there.
 */
int header_silent(const struct header_field *);

/*
 * How many fields of that name say something; *empty receives how many do
 * not, see header_silent().  Such a one counts as missing, here and
 * everywhere.
 */
size_t header_says(const char *p, size_t n, const char *name, size_t *empty);

/*
 * The length of the header at the front of p, with its empty line if it
 * has one.  *end, unless NULL, receives how it ended: HEADER_EOF also says
 * that more bytes might change the answer.
 */
size_t header_skip(const char *p, size_t n, enum header_end *end);

/*
 * header_unfold - a value on one line
 *
 * Each line end with the blanks around it becomes one blank, as does a
 * control byte; out has room for cap bytes, what does not fit is cut off.
 * Returns the length.
 */
size_t header_unfold(const char *p, size_t n, char *out, size_t cap);

#endif
