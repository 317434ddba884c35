#ifndef CRYPT_PEM_H
#define CRYPT_PEM_H

/*
 * What stands next in a text in PEM (RFC 7468), by libcrypto.  What is
 * encrypted is not read: nobody is there to be asked for a passphrase, and
 * libcrypto would ask at the terminal, or read descriptor 0.
 */
struct bio_st;
struct evp_pkey_st;
struct x509_st;

/* The caller's to free; NULL: there is none more, or it cannot be read, which
 * libcrypto's queue of errors tells apart. */
struct evp_pkey_st *pem_key(struct bio_st *);
struct x509_st *pem_certificate(struct bio_st *);

#endif
