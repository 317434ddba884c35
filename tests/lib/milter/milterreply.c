#include "milter/milterreply.h"
#include "tap.h"

static const char *
show(char what, const char *p, size_t n)
{
	static char out[200];
	struct milterpacket k = { what, p, n };
	struct milterreply r;

	if (milterreply_read(&k, &r) == -1)
		return "-1";
	snprintf(out, sizeof out, "%c %u [%s] [%s] %zu %.*s", r.what, r.index,
	    r.name, r.value, r.len, (int)r.len, r.len > 0 ? r.data : "");
	return out;
}

static void
forms(void)
{
	static const struct {
		char what;
		const char *in;
		size_t n;
		const char *want;
	} t[] = {
		{ 'c', "", 0, "c 0 [] [] 0 " },
		{ 'c', "x", 1, "-1" },
		{ 'a', "", 0, "a 0 [] [] 0 " },
		{ 'r', "", 0, "r 0 [] [] 0 " },
		{ 't', "", 0, "t 0 [] [] 0 " },
		{ 'd', "", 0, "d 0 [] [] 0 " },
		{ 's', "", 0, "s 0 [] [] 0 " },
		{ 'p', "", 0, "p 0 [] [] 0 " },
		{ '4', "", 0, "t 0 [] [] 0 " },
		{ 'f', "", 0, "t 0 [] [] 0 " },
		{ 'y', "550 no", 7, "y 0 [] [550 no] 0 " },
		{ 'y', "550 no", 6, "-1" },
		{ 'y', "", 0, "-1" },
		{ 'h', "A\0b", 4, "h 0 [A] [b] 0 " },
		{ 'h', "A\0", 3, "h 0 [A] [] 0 " },
		{ 'h', "A", 2, "-1" },
		{ 'h', "A\0b\0c", 6, "-1" },
		{ 'i', "\0\0\1\2A\0b", 8, "i 258 [A] [b] 0 " },
		{ 'i', "\0\0\1", 3, "-1" },
		{ 'm', "\0\0\0\1A\0", 7, "m 1 [A] [] 0 " },
		{ '+', "<a@b>", 6, "+ 0 [<a@b>] [] 0 " },
		{ '+', "<a@b>\0X=y", 10, "-1" },
		{ '2', "<a@b>", 6, "+ 0 [<a@b>] [] 0 " },
		{ '2', "<a@b>\0X=y", 10, "+ 0 [<a@b>] [X=y] 0 " },
		{ '-', "<a@b>", 6, "- 0 [<a@b>] [] 0 " },
		{ 'e', "<>", 3, "e 0 [<>] [] 0 " },
		{ 'e', "<>\0RET=HDRS", 12, "e 0 [<>] [RET=HDRS] 0 " },
		{ 'b', "x\r\n", 3, "b 0 [] [] 3 x\r\n" },
		{ 'b', "", 0, "b 0 [] [] 0 " },
		{ 'q', "why", 4, "q 0 [] [why] 0 " },
		{ 'q', "", 0, "-1" },
		{ 'O', "", 0, "-1" },
		{ '?', "", 0, "-1" },
		{ '\0', "", 0, "-1" },
	};
	char name[60];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		snprintf(name, sizeof name, "%c of %zu: %s", t[i].what, t[i].n,
		    t[i].want);
		is_str(show(t[i].what, t[i].in, t[i].n), t[i].want, name);
	}
}

static void
receipts(void)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "550 5.7.1 no", "D5.7.1 no" },
		{ "451 4.7.1 later", "Z4.7.1 later" },
		{ "550 no", "D5.7.1 no" },
		{ "450 no", "Z4.7.1 no" },
		{ "421 4.3.2 away", "Z4.3.2 away" },
		{ "550-5.7.1 one\r\n550 5.7.1 two", "D5.7.1 one two" },
		{ "550-5.7.1 one\n550-5.7.1 two\n550 5.7.1 three\n",
		    "D5.7.1 one two three" },
		{ "554-one\r\n554 two", "D5.7.1 one two" },
		{ "550 5.7.1 100%% spam", "D5.7.1 100% spam" },
		{ "550 5.7.1 100% spam", "D5.7.1 100% spam" },
		{ "550 4.7.1 mixed", "D5.7.1 4.7.1 mixed" },
		{ "550 5.7.1", "D5.7.1 refused" },
		{ "450", "Z4.7.1 450" },
		{ "550 5.1.x no", "D5.7.1 5.1.x no" },
		{ "550 5.1234.1 no", "D5.7.1 5.1234.1 no" },
		{ "550 5.123.456 no", "D5.123.456 no" },
		{ "550 5.7.1 a\tb\033c\377", "D5.7.1 a?b?c?" },
		{ "250 2.0.0 what?", "Z4.7.1 2.0.0 what?" },
		{ "", "Z4.7.1 try again later" },
	};
	char out[MILTERREPLY_TEXT], got[MILTERREPLY_TEXT + 1];
	char longest[2000];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		got[0] = (char)milterreply_receipt(t[i].in, out);
		strcpy(got + 1, out);
		is_str(got, t[i].want, t[i].in);
	}
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "550 5.7.1 ", 10);
	longest[sizeof longest - 1] = '\0';
	milterreply_receipt(longest, out);
	is_num((long long)strlen(out), MILTERREPLY_TEXT - 1, "a long one");
}

int
main(void)
{
	forms();
	receipts();
	return done();
}
