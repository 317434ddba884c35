#include "smtp/smtpout.h"
#include "tap.h"
#include <stdlib.h>

/*
 * A case is what the server says, in segments ('|' between): the next one
 * comes when the client has said all it may.  The trace has what the client
 * says (> ; for CR LF) and the events.  Mails are given as the numbers of
 * their recipients; one is begun whenever there is room.
 */
static const struct {
	const char *name, *mails, *server, *trace;
	int lmtp;
} cases[] = {
	{ "one", "1",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 a\r\n250 b\r\n"
	    "354 c\r\n|250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "not pipelined", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|"
	    "354 c\r\n|250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "two, the second behind the dot", "11",
	    "220 x\r\n|250-x\r\n"
	    "250 PIPELINING\r\n|250 a\r\n250 b\r\n354 c\r\n|"
	    "250 d\r\n250 a\r\n250 b\r\n354 c\r\n|250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    ">(dot)MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[dot 0-1 ok 250 over] >(dot) [dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "HELO", "1",
	    "220 x\r\n|502 what\r\n|250 x\r\n|250 a\r\n|250 b\r\n|"
	    "354 c\r\n|250 d\r\n|221 x\r\n",
	    ">EHLO me; >HELO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    ">(dot) [dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "greeting 4xx", "1", "450 x\r\n", "[greeting refused 450] ", 0 },
	{ "greeting 5xx", "1", "554 x\r\n", "[greeting refused 554] ", 0 },
	{ "greeting 421", "1", "421 x\r\n", "[greeting closing 421] ", 0 },
	{ "greeting 3xx", "1", "354 x\r\n", "[greeting broken 354] ", 0 },
	{ "greeting garbage", "1", "SSH-2.0\r\n", "[greeting broken] ", 0 },
	{ "greeting twice", "1", "220 x\r\n220 y\r\n", "[helo broken 220] ",
	    0 },
	{ "EHLO 4xx", "1", "220 x\r\n|450 x\r\n",
	    ">EHLO me; [helo refused 450] ", 0 },
	{ "EHLO 421", "1", "220 x\r\n|421 x\r\n",
	    ">EHLO me; [helo closing 421] ", 0 },
	{ "EHLO garbage", "1", "220 x\r\n|x\r\n", ">EHLO me; [helo broken] ",
	    0 },
	{ "EHLO 3xx", "1", "220 x\r\n|354 x\r\n",
	    ">EHLO me; [helo broken 354] ", 0 },
	{ "HELO 5xx", "1", "220 x\r\n|500 x\r\n|550 y\r\n",
	    ">EHLO me; >HELO me; [helo refused 550] ", 0 },
	{ "LHLO 5xx has no fall-back", "1", "220 x\r\n|500 x\r\n",
	    ">LHLO me; [helo refused 500] ", 1 },
	{ "MAIL 4xx", "2",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|450 a\r\n"
	    "503 b\r\n503 b\r\n503 c\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;DATA; "
	    "[mail 0-2 temp 450] [data over] >QUIT; bye ",
	    0 },
	{ "MAIL 5xx, yet 354", "1",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|"
	    "550 a\r\n250 b\r\n354 c\r\n|554 no\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[mail 0-1 perm 550] >.; [dot over] >QUIT; bye ",
	    0 },
	{ "MAIL 5xx, not pipelined", "1",
	    "220 x\r\n|250 x\r\n|550 a\r\n|"
	    "221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; [mail 0-1 perm 550 over] >QUIT; "
	    "bye ",
	    0 },
	{ "MAIL 421", "1", "220 x\r\n|250 x\r\n|421 a\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; [mail closing 421] ", 0 },
	{ "MAIL 3xx", "1", "220 x\r\n|250 x\r\n|354 a\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; [mail broken 354] ", 0 },
	{ "MAIL garbage", "1", "220 x\r\n|250 x\r\n|nope\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; [mail broken] ", 0 },
	{ "mixed recipients", "4",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|"
	    "250 a\r\n250 b\r\n550 b\r\n450 b\r\n250 b\r\n354 c\r\n|250 d\r\n|"
	    "221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;"
	    "RCPT TO:<2>;RCPT TO:<3>;DATA; [rcpt 1-2 perm 550] "
	    "[rcpt 2-3 temp 450] >(dot) [dot 0-4 ok 250 over] >QUIT; bye ",
	    0 },
	{ "no recipient, DATA refused, RSET before the next", "11",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 a\r\n550 b\r\n"
	    "503 c\r\n|250 r\r\n250 a\r\n250 b\r\n354 c\r\n|250 d\r\n|"
	    "221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[rcpt 0-1 perm 550] [data over] "
	    ">RSET;MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "no recipient, not pipelined: no DATA", "21",
	    "220 x\r\n|250 x\r\n|250 a\r\n|550 b\r\n|450 b\r\n|"
	    "250 r\r\n|250 a\r\n|550 b\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 perm 550] >RCPT TO:<1>; [rcpt 1-2 temp 450 over] "
	    ">RSET; >MAIL FROM:<f>; >RCPT TO:<0>; [rcpt 0-1 perm 550 over] "
	    ">QUIT; bye ",
	    0 },
	{ "RSET refused: no more mail here", "111",
	    "220 x\r\n|250 x\r\n|250 a\r\n|550 b\r\n|"
	    "500 r\r\n|250 a\r\n|550 b\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 perm 550 over] >RSET; >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 perm 550 over] >QUIT; bye ",
	    0 },
	{ "no recipient, yet 354: lone dot", "1",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 a\r\n450 b\r\n"
	    "354 c\r\n|250 d\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[rcpt 0-1 temp 450] >.; [dot over] >QUIT; bye ",
	    0 },
	{ "RCPT 421", "2",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 a\r\n"
	    "250 b\r\n421 c\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;DATA; "
	    "[rcpt closing 421] ",
	    0 },
	{ "RCPT 3xx", "1", "220 x\r\n|250 x\r\n|250 a\r\n|354 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; [rcpt broken 354] ",
	    0 },
	{ "too many recipients", "3",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|"
	    "250 a\r\n250 b\r\n452 4.5.3 c\r\n552 too many\r\n354 c\r\n|"
	    "250 d\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;"
	    "RCPT TO:<2>;DATA; [rcpt 1-2 later 452] [rcpt 2-3 later 552] "
	    ">(dot) [dot 0-3 ok 250 over] >QUIT; bye ",
	    0 },
	{ "452 at the first is no such thing", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|452 4.5.3 b\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 temp 452 over] >QUIT; bye ",
	    0 },
	{ "552 mailbox full is no such thing", "2",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|552 5.2.2 full\r\n|"
	    "451 d\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >RCPT TO:<1>; "
	    "[rcpt 1-2 perm 552] >DATA; [data 0-2 temp 451 over] >QUIT; bye ",
	    0 },
	{ "DATA 4xx", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|451 d\r\n|"
	    "221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    "[data 0-1 temp 451 over] >QUIT; bye ",
	    0 },
	{ "DATA 5xx", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|554 d\r\n|"
	    "221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    "[data 0-1 perm 554 over] >QUIT; bye ",
	    0 },
	{ "DATA 2xx", "1", "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|250 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    "[data broken 250] ",
	    0 },
	{ "DATA 421", "1", "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|421 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    "[data closing 421] ",
	    0 },
	{ "reply during the message", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|"
	    "250 b\r\n|354 go\r\n552 too large\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; "
	    "[block broken 552] ",
	    0 },
	{ "dot 4xx", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|354 d\r\n|"
	    "451 e\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot 0-1 temp 451 over] >QUIT; bye ",
	    0 },
	{ "dot 5xx", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|354 d\r\n|"
	    "554 e\r\n|221 x\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot 0-1 perm 554 over] >QUIT; bye ",
	    0 },
	{ "dot 3xx", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|354 d\r\n|"
	    "354 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot broken 354] ",
	    0 },
	{ "dot 421", "1",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|354 d\r\n|"
	    "421 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot closing 421] ",
	    0 },
	{ "unasked reply", "1", "220 x\r\n|250 x\r\n250 y\r\n",
	    ">EHLO me; ready [idle broken 250] ", 0 },
	{ "unasked reply at the end", "1",
	    "220 x\r\n|250 x\r\n|550 a\r\n"
	    "250 b\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; [mail 0-1 perm 550 over] "
	    "[idle broken 250] ",
	    0 },
	{ "LMTP, one reply for each accepted", "31",
	    "220 x\r\n|250-x\r\n"
	    "250 PIPELINING\r\n|250 a\r\n250 b\r\n550 b\r\n250 b\r\n354 c\r\n|"
	    "250 d\r\n450 d\r\n250 a\r\n250 b\r\n354 c\r\n|552 d\r\n|221 x\r\n",
	    ">LHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;"
	    "RCPT TO:<2>;DATA; [rcpt 1-2 perm 550] "
	    ">(dot)MAIL FROM:<f>;RCPT TO:<0>;DATA; [dot 0-1 ok 250] "
	    "[dot 2-3 temp 450 over] >(dot) [dot 0-1 perm 552 over] >QUIT; "
	    "bye ",
	    1 },
	{ "LMTP, 354 without recipient", "1",
	    "220 x\r\n|250-x\r\n"
	    "250 PIPELINING\r\n|250 a\r\n550 b\r\n354 c\r\n",
	    ">LHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[rcpt 0-1 perm 550] [data broken 354] ",
	    1 },
};

/* BDAT where DATA is not known */
#define C "220 x\r\n|250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n|"
static const struct {
	const char *name, *mails, *server, *trace;
} chunked[] = {
	{ "DATA not known", "11",
	    C "250 a\r\n250 b\r\n502 c\r\n|250 d\r\n250 a\r\n250 b\r\n|"
	      "250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    ">(dot)MAIL FROM:<f>;RCPT TO:<0>; [dot 0-1 ok 250 over] >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye " },
	{ "no recipient", "111",
	    C "250 a\r\n250 b\r\n500 c\r\n|250 d\r\n250 a\r\n550 b\r\n|"
	      "250 r\r\n250 a\r\n250 b\r\n|450 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    ">(dot)MAIL FROM:<f>;RCPT TO:<0>; [dot 0-1 ok 250 over] "
	    "[rcpt 0-1 perm 550 over] >RSET;MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(dot) [dot 0-1 temp 450 over] >QUIT; bye " },
	{ "DATA refused, and no recipient", "1",
	    C "250 a\r\n550 b\r\n502 c\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[rcpt 0-1 perm 550] [data over] >QUIT; bye " },
	{ "another refusal", "1", C "250 a\r\n250 b\r\n554 c\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[data 0-1 perm 554 over] >QUIT; bye " },
	{ "a reply in the message", "1",
	    C "250 a\r\n250 b\r\n502 c\r\n250 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[block broken 250] " },
	{ "not offered", "1",
	    "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 a\r\n250 b\r\n"
	    "502 c\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;DATA; "
	    "[data 0-1 perm 502 over] >QUIT; bye " },
};

/* BDAT because it is wanted; early with the commands */
static const struct {
	const char *name, *mails, *server, *trace;
	int early;
} wanted[] = {
	{ "no DATA is said", "11",
	    C "250 a\r\n250 b\r\n|250 d\r\n250 a\r\n250 b\r\n|250 d\r\n|"
	      "221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(dot)MAIL FROM:<f>;RCPT TO:<0>; [dot 0-1 ok 250 over] >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "all at once, and the next behind the answer", "21",
	    C "250 a\r\n250 b\r\n550 b\r\n250 d\r\n|"
	      "250 a\r\n250 b\r\n250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;(dot) "
	    "[rcpt 1-2 perm 550] [dot 0-2 ok 250 over] "
	    ">MAIL FROM:<f>;RCPT TO:<0>;(dot) [dot 0-1 ok 250 over] >QUIT; "
	    "bye ",
	    1 },
	{ "MAIL refused", "11",
	    C "450 a\r\n503 b\r\n503 d\r\n|250 a\r\n250 b\r\n250 d\r\n|"
	      "221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;(dot) "
	    "[mail 0-1 temp 450] [dot over] "
	    ">MAIL FROM:<f>;RCPT TO:<0>;(dot) [dot 0-1 ok 250 over] >QUIT; "
	    "bye ",
	    1 },
	{ "no recipient: RSET comes before the next", "11",
	    C "250 a\r\n550 b\r\n503 d\r\n|"
	      "250 r\r\n250 a\r\n250 b\r\n250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;(dot) "
	    "[rcpt 0-1 perm 550] [dot over] "
	    ">RSET;MAIL FROM:<f>;RCPT TO:<0>;(dot) [dot 0-1 ok 250 over] "
	    ">QUIT; bye ",
	    1 },
	{ "the message refused: the same", "11",
	    C "250 a\r\n250 b\r\n550 d\r\n|"
	      "250 r\r\n250 a\r\n250 b\r\n250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;(dot) "
	    "[dot 0-1 perm 550 over] "
	    ">RSET;MAIL FROM:<f>;RCPT TO:<0>;(dot) [dot 0-1 ok 250 over] "
	    ">QUIT; bye ",
	    1 },
	{ "354 to BDAT", "1", C "250 a\r\n250 b\r\n354 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;(dot) "
	    "[dot broken 354] ",
	    1 },
	{ "one answer too many", "1", C "250 a\r\n250 b\r\n250 d\r\n250 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;(dot) "
	    "[dot 0-1 ok 250 over] [idle broken 250] ",
	    1 },
	{ "no pipelining: each waits", "1",
	    "220 x\r\n|250-x\r\n250 CHUNKING\r\n|250 a\r\n|250 b\r\n|"
	    "250 d\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    1 },
	{ "who only asks has no message", "A", C "250 a\r\n250 b\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    "[rcpt 0-1 ok 250 over] >QUIT; bye ",
	    1 },
};

#define ALL "250 a\r\n250 b\r\n354 c\r\n|250 d\r\n|221 e\r\n"

/* capital letters ask only: A is one recipient, B two */
static const struct {
	const char *name, *mails, *server, *trace;
	int lmtp;
} verified[] = {
	{ "each has his answer, and RSET comes before what follows", "C1",
	    C "250 a\r\n250 b\r\n550 b\r\n450 b\r\n|250 r\r\n" ALL,
	    ">EHLO me; ready "
	    ">MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>;RCPT TO:<2>; "
	    "[rcpt 0-1 ok 250] [rcpt 1-2 perm 550] [rcpt 2-3 temp 450 over] "
	    ">RSET;MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "LMTP, not pipelined", "AA",
	    "220 x\r\n|250 x\r\n|250 a\r\n|250 b\r\n|250 r\r\n|250 a\r\n|"
	    "550 b\r\n|221 e\r\n",
	    ">LHLO me; ready >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 ok 250 over] >RSET; >MAIL FROM:<f>; >RCPT TO:<0>; "
	    "[rcpt 0-1 perm 550 over] >QUIT; bye ",
	    1 },
	{ "MAIL refused", "B", C "550 a\r\n503 b\r\n503 b\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>; "
	    "[mail 0-2 perm 550] [rcpt over] >QUIT; bye ",
	    0 },
	{ "too many is no number of his", "B",
	    C "250 a\r\n250 b\r\n452 4.5.3 b\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>;RCPT TO:<1>; "
	    "[rcpt 0-1 ok 250] [rcpt 1-2 temp 452 over] >QUIT; bye ",
	    0 },
	{ "354 to RCPT", "A", C "250 a\r\n354 b\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; [rcpt broken 354] ",
	    0 },
};

#define TLS "220 x\r\n|250-x\r\n250-PIPELINING\r\n250 STARTTLS\r\n|"

/* the same when TLS is wanted; who plays a segment byte by byte sees noise
 * only by its next byte, so cases with noise are whole */
static const struct {
	const char *name, *server, *trace;
	int lmtp, whole;
} secured[] = {
	{ "all of it", TLS "220 go\r\n|250-x\r\n250 PIPELINING\r\n|" ALL,
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; ready "
	    ">MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) [dot 0-1 ok 250 over] "
	    ">QUIT; bye ",
	    0, 0 },
	{ "what was offered before is forgotten",
	    TLS "220 go\r\n|250 x\r\n|250 a\r\n|250 b\r\n|354 c\r\n|"
		"250 d\r\n|221 e\r\n",
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; ready "
	    ">MAIL FROM:<f>; >RCPT TO:<0>; >DATA; >(dot) "
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0, 0 },
	{ "offered once more under TLS",
	    TLS "220 go\r\n|250 STARTTLS\r\n|450 a\r\n|221 e\r\n",
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; ready "
	    ">MAIL FROM:<f>; [mail 0-1 temp 450 over] >QUIT; bye ",
	    0, 0 },
	{ "LMTP", TLS "220 go\r\n|250-x\r\n250 PIPELINING\r\n|" ALL,
	    ">LHLO me; >STARTTLS; (handshake) >LHLO me; ready "
	    ">MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) [dot 0-1 ok 250 over] "
	    ">QUIT; bye ",
	    1, 0 },
	{ "refused for now: on in clear", TLS "454 no\r\n|" ALL,
	    ">EHLO me; >STARTTLS; [starttls no tls 454] "
	    ">MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) [dot 0-1 ok 250 over] "
	    ">QUIT; bye ",
	    0, 0 },
	{ "refused", TLS "501 no\r\n|450 a\r\n503 b\r\n503 c\r\n|221 e\r\n",
	    ">EHLO me; >STARTTLS; [starttls no tls 501] "
	    ">MAIL FROM:<f>;RCPT TO:<0>;DATA; [mail 0-1 temp 450] "
	    "[data over] >QUIT; bye ",
	    0, 0 },
	{ "not offered", "220 x\r\n|250 x\r\n|450 a\r\n|221 e\r\n",
	    ">EHLO me; [helo no tls 250] >MAIL FROM:<f>; "
	    "[mail 0-1 temp 450 over] >QUIT; bye ",
	    0, 0 },
	{ "not even EHLO", "220 x\r\n|502 x\r\n|250 x\r\n|450 a\r\n|221 e\r\n",
	    ">EHLO me; >HELO me; [helo no tls 250] >MAIL FROM:<f>; "
	    "[mail 0-1 temp 450 over] >QUIT; bye ",
	    0, 0 },
	{ "the session is over", TLS "421 no\r\n",
	    ">EHLO me; >STARTTLS; [starttls closing 421] ", 0, 0 },
	{ "354", TLS "354 go\r\n",
	    ">EHLO me; >STARTTLS; [starttls broken 354] ", 0, 0 },
	{ "no reply at all", TLS "hello\r\n",
	    ">EHLO me; >STARTTLS; [starttls broken] ", 0, 0 },
	{ "no HELO under TLS", TLS "220 go\r\n|502 what\r\n",
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; [helo refused 502] ", 0,
	    0 },
	{ "spoken behind the 220", TLS "220 go\r\n250 x\r\n",
	    ">EHLO me; >STARTTLS; [starttls starttls 220] ", 0, 1 },
	{ "a byte behind the 220", TLS "220 go\r\n2",
	    ">EHLO me; >STARTTLS; [starttls starttls 220] ", 0, 1 },
	{ "spoken behind a refusal", TLS "454 no\r\n250 x\r\n",
	    ">EHLO me; >STARTTLS; [starttls no tls 454] [idle broken 250] ", 0,
	    0 },
};

/* and when a login is wanted; the mechanisms have their own test */
#define AUTH "220 x\r\n|250-x\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n|"
#define U ">AUTH PLAIN AHUAcA==; "
#define MAIL_S ">MAIL FROM:<f>;RCPT TO:<0>;DATA; >(dot) "

static const struct {
	const char *name, *server, *trace;
	int tls;
} logins[] = {
	{ "taken", AUTH "235 in\r\n|" ALL,
	    ">EHLO me; (login) " U "ready " MAIL_S
	    "[dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "refused", AUTH "535 no\r\n",
	    ">EHLO me; (login) " U "[auth refused 535] ", 0 },
	{ "not now", AUTH "454 no\r\n",
	    ">EHLO me; (login) " U "[auth refused 454] ", 0 },
	{ "421", AUTH "421 no\r\n",
	    ">EHLO me; (login) " U "[auth closing 421] ", 0 },
	{ "more wanted", AUTH "334 x\r\n",
	    ">EHLO me; (login) " U "[auth broken 334 it asks for more than "
	    "there is to say] ",
	    0 },
	{ "no reply at all", AUTH "hello\r\n",
	    ">EHLO me; (login) " U "[auth broken] ", 0 },
	{ "two replies", AUTH "235 in\r\n250 x\r\n",
	    ">EHLO me; (login) " U "ready [idle broken 250] ", 0 },
	{ "LOGIN", "220 x\r\n|250 AUTH LOGIN\r\n|250 x\r\n",
	    ">EHLO me; (login) (nothing for it) ", 0 },
	{ "LOGIN, of several lines",
	    "220 x\r\n|250-x\r\n250 AUTH LOGIN\r\n|334 a\r\n|334 b\r\n|"
	    "235 in\r\n|450 a\r\n|221 e\r\n",
	    ">EHLO me; (login) >AUTH LOGIN; >dQ==; >cA==; ready "
	    ">MAIL FROM:<f>; [mail 0-1 temp 450 over] >QUIT; bye ",
	    0 },
	{ "SCRAM",
	    "220 x\r\n|250-x\r\n250 AUTH SCRAM-SHA-256\r\n|"
	    "334 cj1aV2xuYUhSbFpXNGdZbmwwWlhNc0lITnZ4LHM9UVE9PSxpPTI1MDAw"
	    "\r\n|235 in\r\n",
	    ">EHLO me; (login) >AUTH SCRAM-SHA-256 "
	    "biwsbj11LHI9WldsbmFIUmxaVzRnWW5sMFpYTXNJSE52; (work) "
	    ">Yz1iaXdzLHI9WldsbmFIUmxaVzRnWW5sMFpYTXNJSE52eCxwPVZ3KzdhcURW"
	    "R0FKRFN5WDJiUW84S2g1UVdCcmtOaTQ3RFpjSVhHK1RJOTg9; "
	    "[auth broken 235 it has not shown that it knows the password] ",
	    0 },
	{ "not offered", "220 x\r\n|250 x\r\n",
	    ">EHLO me; (login) (nothing for it) ", 0 },
	{ "not even EHLO", "220 x\r\n|502 x\r\n|250 x\r\n",
	    ">EHLO me; >HELO me; (login) (nothing for it) ", 0 },
	{ "under TLS",
	    TLS "220 go\r\n|250-PIPELINING\r\n250-PIPELINING\r\n"
		"250 AUTH PLAIN\r\n|235 in\r\n|" ALL,
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; (login) " U
	    "ready " MAIL_S "[dot 0-1 ok 250 over] >QUIT; bye ",
	    1 },
	{ "what was offered before TLS is forgotten",
	    "220 x\r\n|250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n|"
	    "220 go\r\n|250-x\r\n250 AUTH LOGIN\r\n|535 no\r\n",
	    ">EHLO me; >STARTTLS; (handshake) >EHLO me; (login) "
	    ">AUTH LOGIN; [auth refused 535] ",
	    1 },
};

enum { MAILS = 4, RCPTS = 8 };

static struct run {
	struct smtpout s;
	struct smtpout_mail mail[MAILS];
	struct smtpout_rcpt rcpt[MAILS][RCPTS];
	unsigned n, begun, over;
	struct buf trace;
	struct authout *auth;
	int dead, bdat, pieces, held;
} run;

static void
login(struct run *r)
{
	buf_puts(&r->trace, "(login) ");
	r->auth =
	    authout_new("u", "p", (const unsigned char *)"eighteen bytes, so");
	if (smtpout_login(&r->s, r->auth) == 0)
		return;
	buf_puts(&r->trace, "(nothing for it) ");
	r->dead = 1;
}

static void
event(struct run *r, const struct smtpout_event *ev)
{
	static const char *const verdict[] = { "ok", "temp", "perm", "later" };
	static const char *const kind[] = { "", "ready", "refused", "starttls",
		"no tls", "", "", "", "", "closing", "bye", "broken" };
	unsigned i;

	switch (ev->kind) {
	case SMTPOUT_MORE: return;
	case SMTPOUT_STARTTLS_GO:
		if (ev->noise_len > 0)
			goto bad;
		buf_puts(&r->trace, "(handshake) ");
		smtpout_secured(&r->s);
		break;
	case SMTPOUT_NO_TLS:
		buf_printf(&r->trace, "[%s no tls %u] ",
		    smtpout_phase_name(ev->phase), ev->reply.code);
		smtpout_plain(&r->s);
		break;
	case SMTPOUT_LOGIN: login(r); break;
	case SMTPOUT_WORK:
		buf_puts(&r->trace, "(work) ");
		while (smtpout_work(&r->s) == 1)
			;
		break;
	case SMTPOUT_VERDICT:
		buf_printf(&r->trace, "[%s %u-%u %s %u%s] ",
		    smtpout_phase_name(ev->phase), ev->first, ev->end,
		    verdict[ev->verdict], ev->reply.code,
		    ev->over ? " over" : "");
		for (i = ev->first; i < ev->end; i++)
			ev->mail->rcpt[i].state = SMTPOUT_DECIDED;
		break;
	case SMTPOUT_OVER:
		buf_printf(&r->trace, "[%s over] ",
		    smtpout_phase_name(ev->phase));
		break;
	case SMTPOUT_READY:
	case SMTPOUT_BYE:
		r->s.bdat |= r->bdat && ev->kind == SMTPOUT_READY;
		buf_printf(&r->trace, "%s ", kind[ev->kind]);
		r->dead = ev->kind == SMTPOUT_BYE;
		break;
	default:
	bad:
		buf_printf(&r->trace, "[%s %s", smtpout_phase_name(ev->phase),
		    kind[ev->kind]);
		if (ev->reply.p != NULL)
			buf_printf(&r->trace, " %u", ev->reply.code);
		if (ev->why != NULL)
			buf_printf(&r->trace, " %s", ev->why);
		buf_puts(&r->trace, "] ");
		r->dead = 1;
	}
	if (ev->over)
		r->over++;
	r->dead |= r->s.cut;
}

/* the message: as a whole, or as several BDAT, the last of which may be held back
 * for a while */
static void
put_pieces(struct run *r, struct buf *o)
{
	int k = (int)r->s.front->chunks, last;

	for (; k < r->pieces; k++) {
		last = k + 1 == r->pieces;
		if (last && r->held-- > 0)
			return;
		smtpout_chunk(&r->s, last);
		buf_puts(o, last ? "(last)" : "(piece)");
	}
	if (r->pieces == 0)
		buf_puts(o, "(dot)");
	smtpout_sent(&r->s);
}

static void
say(struct run *r)
{
	struct buf o = { 0 };
	size_t i;

	if (r->dead)
		return;
	if (smtpout_room(&r->s) && r->begun < r->n)
		smtpout_begin(&r->s, &r->mail[r->begun++]);
	smtpout_pull(&r->s, "me", &o);
	if (smtpout_body(&r->s)) {
		put_pieces(r, &o);
		if (smtpout_body(&r->s))
			goto out;
		if (smtpout_room(&r->s) && r->begun < r->n) {
			smtpout_begin(&r->s, &r->mail[r->begun++]);
			smtpout_pull(&r->s, "me", &o);
		}
	}
	if (r->over == r->n && r->s.front == NULL && !r->s.quit) {
		smtpout_quit(&r->s);
		smtpout_pull(&r->s, "me", &o);
	}
	if (smtpout_spent(&r->s) && r->s.front == NULL && !r->s.quit) {
		smtpout_quit(&r->s);
		smtpout_pull(&r->s, "me", &o);
	}
out:
	if (buf_len(&o) > 0) {
		buf_putc(&r->trace, '>');
		for (i = 0; i < buf_len(&o); i++)
			if (buf_data(&o)[i] == '\n')
				buf_putc(&r->trace, ';');
			else if (buf_data(&o)[i] != '\r')
				buf_putc(&r->trace, buf_data(&o)[i]);
		buf_putc(&r->trace, ' ');
	}
	buf_free(&o);
}

/* the segments, step bytes at a time */
static void
play(const char *server, size_t step)
{
	struct buf in = { 0 };
	struct smtpout_event ev;
	const char *end;
	size_t n;

	while (*server != '\0' && !run.dead) {
		end = strchrnul(server, '|');
		while (server < end && !run.dead) {
			n = (size_t)(end - server) < step
			    ? (size_t)(end - server)
			    : step;
			buf_put(&in, server, n);
			server += n;
			do {
				n = smtpout_feed(&run.s, buf_data(&in),
				    buf_len(&in), &ev);
				event(&run, &ev);
				buf_consume(&in, n);
			} while (ev.kind != SMTPOUT_MORE && !run.dead);
		}
		if (*server == '|')
			server++;
		say(&run);
	}
	buf_free(&in);
}

static void
setup(const char *mails, int lmtp)
{
	static const char *const names[RCPTS] = { "0", "1", "2", "3", "4" };
	unsigned i, k;

	buf_free(&run.trace);
	authout_free(run.auth);
	memset(&run, 0, sizeof run);
	run.s.lmtp = lmtp;
	for (i = 0; mails[i] != '\0'; i++) {
		run.mail[i].from = "f";
		run.mail[i].rcpt = run.rcpt[i];
		run.mail[i].verify = mails[i] >= 'A';
		run.mail[i].n_rcpt = mails[i] - (mails[i] >= 'A' ? '@' : '0');
		for (k = 0; k < run.mail[i].n_rcpt; k++)
			run.rcpt[i][k].to = names[k];
	}
	run.n = i;
}

static void
test_extensions(void)
{
	static const char hello[] = "250-x PIPELINING\r\n250-size 1000\r\n"
				    "250-8bitmime\r\n250-DSN\r\n"
				    "250-SMTPUTF8x\r\n250-STARTTLS\r\n"
				    "250 ENHANCEDSTATUSCODES\r\n";
	struct smtpout s = { 0 };
	struct smtpout_event ev;
	struct smtpout_rcpt rc = { .to = "b", .dsn = "NOTIFY=NEVER" };
	struct smtpout_mail m = { .from = "",
		.dsn = "RET=HDRS",
		.size = 1000,
		.rcpt = &rc,
		.n_rcpt = 1,
		.body8 = 1 };
	const char *esc, *text;
	struct buf o = { 0 };
	unsigned code;

	smtpout_feed(&s, "220 x\r\n", 7, &ev);
	smtpout_pull(&s, "me", &o);
	smtpout_feed(&s, hello, strlen(hello), &ev);
	is_num(ev.kind, SMTPOUT_READY, "ready");
	is_num(s.ext,
	    EXTENSION_SIZE | EXTENSION_8BITMIME | EXTENSION_DSN |
		EXTENSION_STARTTLS | EXTENSION_ENHANCED,
	    "extensions");
	is_num(smtpout_fits(&s, &m, &code, &esc, &text), SMTPOUT_OK,
	    "the size fits");
	m.size++;
	is_num(smtpout_fits(&s, &m, &code, &esc, &text), SMTPOUT_PERM,
	    "one more does not");
	is_str(esc, "5.3.4", "code");
	m.size--;
	m.utf8 = 1;
	is_num(smtpout_fits(&s, &m, &code, &esc, &text), SMTPOUT_PERM,
	    "no SMTPUTF8 here");
	is_str(esc, "5.6.7", "code");
	m.utf8 = 0;
	buf_clear(&o);
	smtpout_begin(&s, &m);
	smtpout_pull(&s, "me", &o);
	smtpout_feed(&s, "250 x\r\n", 7, &ev);
	smtpout_pull(&s, "me", &o);
	buf_putc(&o, '\0');
	is_str(buf_data(&o),
	    "MAIL FROM:<> SIZE=1000 BODY=8BITMIME RET=HDRS"
	    "\r\nRCPT TO:<b> NOTIFY=NEVER\r\n",
	    "parameters");
	buf_free(&o);
}

/* what a server with DSN and without DELIVERBY is asked to tell of */
static void
delay(void)
{
	static const struct {
		const char *dsn;
		long by_s;
		const char *said;
	} t[] = {
		{ NULL, 9, "<b> NOTIFY=FAILURE,DELAY\r\n" },
		{ "ORCPT=rfc822;DELAY", 9,
		    "<b> NOTIFY=FAILURE,DELAY ORCPT=rfc822;DELAY\r\n" },
		{ "NOTIFY=success ORCPT=rfc822;DELAY", 9,
		    "<b> NOTIFY=success,DELAY ORCPT=rfc822;DELAY\r\n" },
		{ "NOTIFY=FAILURE,delay", 9, "<b> NOTIFY=FAILURE,delay\r\n" },
		{ "NOTIFY=never", 9, "<b> NOTIFY=never\r\n" },
		{ NULL, 0, "<b>\r\n" },
		{ "NOTIFY=FAILURE", -1, "<b> NOTIFY=FAILURE\r\n" },
	};
	static const char hello[] = "250-x\r\n250-PIPELINING\r\n250 DSN\r\n";
	struct smtpout_event ev;
	struct buf o = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct smtpout s = { 0 };
		struct smtpout_rcpt rc = { .to = "b", .dsn = t[i].dsn };
		struct smtpout_mail m = { .from = "a",
			.rcpt = &rc,
			.n_rcpt = 1,
			.by = { .s = t[i].by_s, .mode = 'N' } };

		smtpout_feed(&s, "220 x\r\n", 7, &ev);
		smtpout_pull(&s, "me", &o);
		smtpout_feed(&s, hello, strlen(hello), &ev);
		buf_clear(&o);
		smtpout_begin(&s, &m);
		smtpout_pull(&s, "me", &o);
		buf_putc(&o, '\0');
		ok(strstr(buf_data(&o), t[i].said) != NULL, t[i].said);
	}
	buf_free(&o);
}

/* local parts that SMTP has only in quotes */
static void
paths(void)
{
	static const struct {
		const char *from, *to, *said;
	} t[] = {
		{ "a@b", "c.d@e", "MAIL FROM:<a@b>\r\nRCPT TO:<c.d@e>\r\n" },
		{ "", "user", "MAIL FROM:<>\r\nRCPT TO:<user>\r\n" },
		{ "a..b@c", ".d@e",
		    "MAIL FROM:<\"a..b\"@c>\r\nRCPT TO:<\".d\"@e>\r\n" },
		{ "a.@b", "\"c..d\"@e",
		    "MAIL FROM:<\"a.\"@b>\r\nRCPT TO:<\"c..d\"@e>\r\n" },
		{ "\303\266..@b", "\303\266.@c",
		    "MAIL FROM:<\"\303\266..\"@b>"
		    "\r\nRCPT TO:<\"\303\266.\"@c>\r\n" },
	};
	struct smtpout_rcpt rc;
	struct smtpout_mail m;
	struct smtpout_event ev;
	struct smtpout s;
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		memset(&s, 0, sizeof s);
		memset(&m, 0, sizeof m);
		memset(&rc, 0, sizeof rc);
		m.from = t[i].from;
		rc.to = t[i].to;
		m.rcpt = &rc;
		m.n_rcpt = 1;
		smtpout_feed(&s, "220 x\r\n", 7, &ev);
		smtpout_pull(&s, "me", &out);
		smtpout_feed(&s, "250-x\r\n250 PIPELINING\r\n", 23, &ev);
		smtpout_begin(&s, &m);
		buf_clear(&out);
		smtpout_pull(&s, "me", &out);
		buf_putc(&out, '\0');
		ok(strncmp(buf_data(&out), t[i].said, strlen(t[i].said)) == 0,
		    t[i].said);
	}
	buf_free(&out);
}

static void
test_address(void)
{
	static const struct {
		const char *a;
		int good, utf8;
	} t[] = { { "", 1, 0 }, { "a@b", 1, 0 }, { "\"a b>\\\"\"@c", 1, 0 },
		{ "a b@c", 0, 0 }, { "a>@c", 0, 0 }, { "<a@c", 0, 0 },
		{ "a\r\nRCPT TO:<x", 0, 0 }, { "a\n", 0, 0 }, { "\x7f", 0, 0 },
		{ "\"a\r\"@b", 0, 0 }, { "\"a@b", 0, 0 }, { "\"a\\", 0, 0 },
		{ "a\\b@c", 0, 0 }, { "\xc3\xa4@b", 1, 1 },
		{ "\"\\\x01\"@b", 0, 0 }, { "a\tb@c", 0, 0 } };
	char big[SMTPOUT_ADDRESS_MAX + 1];
	int utf8;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(smtpout_address(t[i].a, strlen(t[i].a), &utf8),
		    t[i].good, "address");
		if (t[i].good)
			is_num(utf8, t[i].utf8, "utf8");
	}
	memset(big, 'a', sizeof big);
	ok(smtpout_address(big, SMTPOUT_ADDRESS_MAX, &utf8), "longest");
	ok(!smtpout_address(big, SMTPOUT_ADDRESS_MAX + 1, &utf8), "too long");
	paths();
	ok(smtpout_params("NOTIFY=NEVER ORCPT=rfc822;a+2Bb@c", 33), "params");
	ok(!smtpout_params("NOTIFY=NEVER\r", 13), "no CR");
	ok(!smtpout_params("ORCPT=\xe4", 7), "no 8-bit");
}

static void
test_secured(void)
{
	size_t i, step;
	char name[100];

	for (i = 0; i < sizeof secured / sizeof *secured; i++)
		for (step = secured[i].whole ? 300 : 1; step < 10000;
		     step = step == 1 ? 3 : step * 100) {
			snprintf(name, sizeof name, "TLS: %s, %zu at a time",
			    secured[i].name, step);
			setup("1", secured[i].lmtp);
			run.s.tls = 1;
			play(secured[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), secured[i].trace, name);
		}
}

static void
test_logins(void)
{
	size_t i, step;
	char name[100];

	for (i = 0; i < sizeof logins / sizeof *logins; i++)
		for (step = 1; step < 10000;
		     step = step == 1 ? 3 : step * 100) {
			snprintf(name, sizeof name, "login: %s, %zu at a time",
			    logins[i].name, step);
			setup("1", 0);
			run.s.login = 1;
			run.s.tls = logins[i].tls;
			play(logins[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), logins[i].trace, name);
		}
}

/* several BDAT for a message: all at once, or the last one later */
static const struct {
	const char *name, *server, *trace;
	int held;
} pieces[] = {
	{ "each is taken",
	    C "250 a\r\n250 b\r\n|250 d\r\n250 d\r\n250 e\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece)(last) [dot 0-1 ok 250 over] >QUIT; bye ",
	    0 },
	{ "the last is refused",
	    C "250 a\r\n250 b\r\n|250 d\r\n250 d\r\n554 e\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece)(last) [dot 0-1 perm 554 over] >QUIT; bye ",
	    0 },
	{ "one in the middle, all are sent",
	    C "250 a\r\n250 b\r\n|250 d\r\n552 d\r\n503 e\r\n|",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece)(last) [block 0-1 perm 552 over] ",
	    0 },
	{ "the same before the last is",
	    C "250 a\r\n250 b\r\n|250 d\r\n452 d\r\n|",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece) [block 0-1 temp 452 over] ",
	    1 },
	{ "answers come between",
	    C "250 a\r\n250 b\r\n|250 d\r\n|250 d\r\n250 e\r\n|221 e\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; >(piece)(piece) "
	    ">(last) [dot 0-1 ok 250 over] >QUIT; bye ",
	    1 },
	{ "more answers than pieces",
	    C "250 a\r\n250 b\r\n|250 d\r\n250 d\r\n250 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece) [block broken 250] ",
	    1 },
	{ "354", C "250 a\r\n250 b\r\n|354 d\r\n",
	    ">EHLO me; ready >MAIL FROM:<f>;RCPT TO:<0>; "
	    ">(piece)(piece) [block broken 354] ",
	    1 },
};

int
main(void)
{
	size_t i, step;
	char name[100];

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (step = 1; step < 10000;
		     step = step == 1 ? 3 : step * 100) {
			snprintf(name, sizeof name, "%s, %zu at a time",
			    cases[i].name, step);
			setup(cases[i].mails, cases[i].lmtp);
			play(cases[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), cases[i].trace, name);
		}
	for (i = 0; i < sizeof chunked / sizeof *chunked; i++)
		for (step = 1; step < 10000; step *= 100) {
			snprintf(name, sizeof name, "BDAT: %s, %zu at a time",
			    chunked[i].name, step);
			setup(chunked[i].mails, 0);
			play(chunked[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), chunked[i].trace, name);
		}
	for (i = 0; i < sizeof wanted / sizeof *wanted; i++)
		for (step = 1; step < 10000; step *= 100) {
			snprintf(name, sizeof name,
			    "BDAT wanted: %s, %zu at a time", wanted[i].name,
			    step);
			setup(wanted[i].mails, 0);
			run.bdat = 1;
			run.mail[0].early = run.mail[1].early =
			    (unsigned)wanted[i].early;
			play(wanted[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), wanted[i].trace, name);
		}
	for (i = 0; i < sizeof pieces / sizeof *pieces; i++)
		for (step = 1; step < 10000; step *= 100) {
			snprintf(name, sizeof name, "pieces: %s, %zu at a time",
			    pieces[i].name, step);
			setup("1", 0);
			run.bdat = 1;
			run.pieces = 3;
			run.held = pieces[i].held;
			play(pieces[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), pieces[i].trace, name);
		}
	for (i = 0; i < sizeof verified / sizeof *verified; i++)
		for (step = 1; step < 10000; step *= 100) {
			snprintf(name, sizeof name, "verify: %s, %zu at a time",
			    verified[i].name, step);
			setup(verified[i].mails, verified[i].lmtp);
			play(verified[i].server, step);
			buf_putc(&run.trace, '\0');
			is_str(buf_data(&run.trace), verified[i].trace, name);
		}
	test_secured();
	test_logins();
	test_extensions();
	delay();
	test_address();
	ok(sizeof run.s <= 80, "the machine is small");
	return done();
}
