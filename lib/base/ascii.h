#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stddef.h>
#include <string.h>
#include <strings.h>

/*
 * Bytes as ASCII letters and digits.  The classes of <ctype.h> follow the
 * locale and want an unsigned char; what stands in mail and in the DNS does
 * neither.  Bytes above 0x7f are never of a class, and stay as they are.
 */
/* is it one?  1, else 0; as the next two */
static inline int
ascii_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline int
ascii_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline int
ascii_letter(char c)
{
	return ascii_upper(c) || (c >= 'a' && c <= 'z');
}

/* is it a letter or a digit? */
static inline int
ascii_alnum(char c)
{
	return ascii_letter(c) || ascii_digit(c);
}

/* is it a blank or a TAB? */
static inline int
ascii_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* the same, or part of a line's end? */
static inline int
ascii_white(char c)
{
	return ascii_blank(c) || c == '\r' || c == '\n';
}

static inline char
ascii_lower(char c)
{
	return ascii_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

/* n bytes from p in lower case; out may be p */
static inline void
ascii_lower_copy(char *out, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = ascii_lower(p[i]);
}

/* are they the same but for the case of letters? */
static inline int
ascii_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && (b_len == 0 || strncasecmp(a, b, b_len) == 0);
}

/* is p[0..n) this word, in any case?  word ends in NUL */
static inline int
ascii_is(const char *p, size_t n, const char *word)
{
	return ascii_same(p, n, word, strlen(word));
}

/* does p[0..n) begin with it, in any case? */
static inline int
ascii_begins(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	return n >= len && ascii_same(p, len, word, len);
}

/* which of these words p[0..n) is, to the letter; -1: none of them */
int ascii_which(const char *const *words, size_t count, const char *p,
    size_t n);

/*
 * ascii_like - does s[0..n) agree with a pattern, in any case?
 *
 * A * in it stands for any bytes, also none, and a ? for one; all else for
 * itself.
 */
int ascii_like(const char *pattern, size_t pattern_len, const char *s,
    size_t n);

/* the value of a hexadecimal digit of either case, -1 when it is none */
int ascii_hex_value(char);
/* the same where small letters do not count (RFC 2045, RFC 3461) */
int ascii_hex_value_upper(char);
/* a byte as two digits, without NUL: 0-9a-f, or 0-9A-F */
void ascii_hex(char out[2], unsigned char);
void ascii_hex_upper(char out[2], unsigned char);

#endif
