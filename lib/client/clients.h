#ifndef CLIENT_CLIENTS_H
#define CLIENT_CLIENTS_H

#include "conf/conffile.h"
#include "conf/lookup.h"
#include "conf/word.h"

/*
 * The file `clients`, conf(5): what is asked of clients that hand in mail
 * from outside.
 *
 *   white ZONE [RETURN...]           a list of good ones, asked first
 *   list ZONE ACTION [RETURN...]     a list of bad ones (RFC 5782)
 *   helo own|name|resolve ACTION     HELO: is ours, is no name, is not there
 *   sender resolve ACTION            MAIL FROM's domain takes no mail
 *   reverse name|match ACTION        the address has no name, or not its own
 *   except ADDRESS[/LENGTH]...       nothing is asked of these
 *   own NAME|ADDRESS...              what else is ours, besides conf/me
 *
 * ACTION: reject, defer, tag.  RETURN: A.B.C.D, A.B.C.D-E.F.G.H or
 * A.B.C.D/LENGTH: the answers that count.  One record, key "rules": the
 * lines, "NUMBER WORD WORD...\n", TAB between.
 */
extern const struct conffile conffile_clients;

enum {
	CLIENTS_LISTS_MAX = 32,
	CLIENTS_RETURNS_MAX = 16, /* of one list */
	CLIENTS_EXCEPT_MAX = 256,
	CLIENTS_OWN_MAX = 64,
	CLIENTS_WORDS_MAX = 300 /* of one line */
};

enum clients_action {
	CLIENTS_PASS,
	CLIENTS_TAG,
	CLIENTS_DEFER,
	CLIENTS_REJECT
};
const char *clients_action_word(enum clients_action);

/* what may be asked of a client, besides lists; in the order in which the
 * first of equal severity speaks */
enum clients_check {
	CLIENTS_HELO_OWN,
	CLIENTS_HELO_NAME,
	CLIENTS_HELO_RESOLVE,
	CLIENTS_SENDER_RESOLVE,
	CLIENTS_REVERSE_NAME,
	CLIENTS_REVERSE_MATCH,
	CLIENTS_CHECKS
};
/* "helo-own" and so on */
const char *clients_check_word(enum clients_check);

struct clients_list {
	enum clients_action action; /* CLIENTS_PASS: a list of good ones */
	char zone[WORD_DOMAIN_MAX + 1];
	unsigned n;
	struct {
		uint32_t first, last; /* host order */
	} returns[CLIENTS_RETURNS_MAX];
};

struct clients_net {
	unsigned char ip[16];
	unsigned char len, bits; /* len: 4 or 16 bytes */
};

struct clients_rules {
	unsigned n_lists, n_except, n_own;
	struct clients_list list[CLIENTS_LISTS_MAX];
	enum clients_action check[CLIENTS_CHECKS];
	struct clients_net except[CLIENTS_EXCEPT_MAX];
	char own[CLIENTS_OWN_MAX][WORD_DOMAIN_MAX + 1]; /* as it stands */
};

/* what the table says; nothing there: no rules.  -1: it is damaged */
int clients_rules(const struct lookup *, struct clients_rules *);

/* an address of len bytes, IPv4-mapped ones as IPv4: is it one of except? */
int clients_excepted(const struct clients_rules *, const unsigned char *ip,
    size_t len);
/* does the list say so by this answer (4 bytes)? */
int clients_returned(const struct clients_list *, const unsigned char *ip);

#endif
