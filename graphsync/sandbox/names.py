"""The names that the sandbox's people carry: lists of our own, from no census and no register.

They hold what breaks importers: capitals of both kinds (O'REILLY, McLAUGHLIN), two letters (Li,
Ty), apostrophes, hyphens, spaces and letters outside ASCII. A name is drawn from them and from
nowhere else, so that no value can be a real person's.
"""

import random
from collections.abc import Iterable, Sequence


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


GIRLS = _listed(
    """Aaliyah, Abigail, Agnieszka, Aisha, Alice, Amelia, Amina, Anna, Anya, Ava, Beatrice,
    Bethan, Bronwen, Carys, Charlotte, Chloe, Clara, Daisy, Darcey, Eleanor, Elif, Eliza,
    Ella, Ellie-Mae, Elsie, Emily, Emma, Erin, Esme, Eva, Evie, Farah, Fatima, Florence,
    Francesca, Freya, Grace, Gracie-Lou, Hana, Hannah, Harriet, Heidi, Holly, Imogen, Ines,
    Iris, Isla, Ivy, Jasmine, Jaya, Jessica, Kasia, Layla, Leila, Lily, Lottie, Lucy, Maisie,
    Martha, Mary Ann, Maryam, Matilda, Mia, Millie, Mollie, Nadia, Naomi, Niamh, Nina, Olivia,
    Orla, Phoebe, Poppy, Priya, Renée, Rosie, Ruby, Saffron, Scarlett, Siân, Sienna, Sofia,
    Tess, Willow, Xanthe, Yasmin, Zara, Zoë"""
)
BOYS = _listed(
    """Aaron, Adam, Albie, Alfie, Ali, Archie, Arjun, Arthur, Ben, Billy, Bobby-Joe, Caleb,
    Callum, Charlie, Conor, Daniel, Dev, Dylan, Edward, Elijah, Ethan, Ewan, Felix, Finley,
    Freddie, Gabriel, George, Gethin, Hamza, Harrison, Harry, Hassan, Henry, Hugo, Ibrahim,
    Idris, Isaac, Jack, Jacob, Jakub, James, Jayden, José, Joseph, Joshua, Jude, Kai, Kofi,
    Leo, Lewis, Liam, Logan, Louis, Luca, Łukasz, Mason, Max, Mohammed, Nathan, Noah, Oliver,
    Omar, Oscar, Owen, Rafael, Ravi, Reuben, Rhys, Riley, Roman, Rory, Samuel, Seán,
    Sebastian, Stanley, Tariq, Theo, Thomas, Toby, Tomos, Ty, Tyler, William, Yusuf, Zachary"""
)
FORENAMES = GIRLS + BOYS

SURNAMES = _listed(
    """Abbott, Abdi, Adeyemi, Ahmed, Akhtar, Aldridge, Ali, Allsopp, Amin, Anand, Appleby,
    Archer, Ashworth, Atkins, Bailey, Baines, Baker, Banerjee, Barker, Barlow, Barnett,
    Barrow, Begum, Bell, Bennett, Beresford, Bird, Bloom, Booth, Bowen, Bradley, Briggs,
    Brook, Brown, Burgess, Butcher, Byrne, Calvert, Carr, Carter, Castle, Chandler, Chapman,
    Chaudhry, Chen, Clegg, Cole, Collier, Cooper, Cornish, Cox, Craven, Crook, Cross,
    Crowther, D'Arcy, Da Silva, Dale, Davies, Dawson, de la Cruz, Dean, Desai, Dixon, Dobson,
    Drake, Duffy, Dunn, Eastwood, Eccles, Edge, Ellis, Emery, Evans, Fairclough, Farrow, Fenn,
    Fernandes, Field, Finch, Fletcher, Foley, Forster, Fox, Frost, Fry, García, Gibbs, Gill,
    Glover, Goddard, Gomes, Gough, Graham, Green, Gregory, Gupta, Hale, Hall, Hammond, Hardy,
    Hargreaves, Harris, Hartley, Hassan, Hayward, Heath, Hewitt, Hobbs, Hodge, Holt, Hooper,
    Hope, Howells, Hughes, Hunt, Hussain, Ingham, Iqbal, Islam, Jackson, Jankowski, Jarvis,
    Jenkins, Jha, Jones, Joshi, Joyce, Kapoor, Kaur, Kay, Keane, Kelly, Khan, Kirk, Knight,
    Kowalczyk, Kozłowska, Kumar, Lamb, Lane, Lawson, Leigh, Lewis, Li, Lister, Lloyd, Lomas,
    Lowe, Lynch, Mac Donald, Malik, Marsh, Mason, Mbeki, McKENNA, McKenzie, McLAUGHLIN,
    Mellor, Mensah, Miah, Mills, Moon, Morgan, Moss, Müller, Naylor, Ndlovu, Newman, Nguyen,
    Noor, North, Nowak, O'Brien, O'Connor, O'REILLY, Oakes, Okafor, Oldfield, Osborne, Osei,
    Owusu, Palmer, Parekh, Park, Parry, Patel, Pearce, Penrose, Pereira, Perry, Pickles, Pike,
    Platt, Pope, Popescu, Powell, Price, Pugh, Quinn, Rahman, Ramsden, Rana, Rao, Raven, Reid,
    Rhodes, Riaz, Rice, Ridley, Rigby, Roberts, Rowe, Ryan, Saleh, Sandhu, Santos, Sato,
    Schofield, Sharma, Sharp, Shaw, Shepherd, Singh, Slater, Smith, Smith-Hughes, Snow, Stone,
    Stubbs, Swift, Sykes, Tanner, Taylor, Taylor-Reid, Thorpe, Todd, Townsend, Tran, Turner,
    Ugwu, Vaughan, Vernon, Wade, Walsh, Ward, Wells, West, Whittle, Wilde, Winter, Wójcik,
    Wood, Wren, Wu, Yates, Young, Zafar, Zhang"""
)

Name = tuple[str, str]


def dice(seed: str) -> random.Random:
    """A source of choices that gives the same world for the same seed, on every machine."""
    return random.Random(seed)  # noqa: S311 - invented pupils are no secret


class Names:
    """Draws (forename, surname) from the lists, no pair twice and none that is `taken`.

    `encoding` leaves out the names that cannot be written in it: SIMS writes Windows-1252 files at
    some schools, and the Ł of Łukasz is not in that code page.
    """

    def __init__(
        self, choose: random.Random, encoding: str = "utf-8", taken: Iterable[Name] = ()
    ) -> None:
        self._choose = choose
        self.girls = _writable(GIRLS, encoding)
        self.boys = _writable(BOYS, encoding)
        self.surnames = _writable(SURNAMES, encoding)
        self._drawn = set(taken)

    def pupil(self) -> Name:
        """A pair that nobody has yet."""
        return self._unused(self.girls + self.boys)

    def woman(self) -> Name:
        """A pair that nobody has yet, for a person addressed as Mrs, Miss or Ms."""
        return self._unused(self.girls)

    def man(self) -> Name:
        """A pair that nobody has yet, for a person addressed as Mr."""
        return self._unused(self.boys)

    def _unused(self, forenames: Sequence[str]) -> Name:
        while (name := (self._choose.choice(forenames), self._choose.choice(self.surnames))) in (
            self._drawn
        ):
            pass
        self._drawn.add(name)
        return name


def _writable(names: Sequence[str], encoding: str) -> tuple[str, ...]:
    return tuple(name for name in names if name.encode(encoding, "ignore").decode(encoding) == name)
