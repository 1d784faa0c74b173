namespace Bellman;

/// <summary>The exact model of <see cref="Blackjack"/>: the dealer's draws are summed over, so that sticking has a transition for each reward.</summary>
/// <remarks>States: hard sums 4 to 21, soft sums 12 to 21, an ace and a ten as first cards, each for ten open cards; one more for the end of the hand.</remarks>
internal sealed class BlackjackModel
{
    private const int Hands = 18 + 10 + 1;

    public const int States = (Hands * 10) + 1;

    private readonly TransitionTable table;

    public BlackjackModel(bool naturalPaysMore, bool naturalWins)
    {
        var initial = new double[States];
        for (var open = 1; open <= 10; open++)
        {
            for (var first = 1; first <= 10; first++)
            {
                for (var second = 1; second <= 10; second++)
                {
                    initial[StateOf(new BlackjackHand().With(first).With(second), open)] += Chance(open) * Chance(first) * Chance(second);
                }
            }
        }

        table = new TransitionTable(2, initial, (state, action) => state == States - 1 ? [new Transition(1, state, 0, true)]
            : action == 1 ? Hit(state) : Stick(state, naturalPaysMore, naturalWins));
    }

    public ReadOnlySpan<double> InitialDistribution => table.InitialDistribution;

    public static int StateOf(BlackjackHand hand, int openCard) => hand.Sum > 21 ? States - 1 : StateOf(hand.Sum, openCard, hand.UsableAce, hand.IsNatural);

    public static int StateOf(int sum, int openCard, bool usableAce, bool natural)
    {
        if (sum > 21 || sum < (usableAce ? 12 : 4) || openCard is < 1 or > 10 || (natural && !(usableAce && sum == 21)))
        {
            throw new ArgumentException($"There is no hand of {sum} {(usableAce ? "with" : "without")} a usable ace{(natural ? ", a natural," : "")} against a {openCard}.", nameof(sum));
        }

        var hand = natural ? Hands - 1 : usableAce ? 18 + sum - 12 : sum - 4;
        return (hand * 10) + openCard - 1;
    }

    public ReadOnlySpan<Transition> Transitions(int state, int action) => table.Transitions(state, action);

    private static double Chance(int card) => card == 10 ? 4.0 / 13 : 1.0 / 13;

    /// <summary>The hand and the dealer's open card of a state; a hand of 22 for the end.</summary>
    public static (BlackjackHand Hand, int OpenCard) HandOf(int state)
    {
        if (state == States - 1)
        {
            return (new BlackjackHand(22, false, 3), 1);
        }

        // Three cards stand for any number above two.
        var (hand, open) = (state / 10, (state % 10) + 1);
        return hand == Hands - 1 ? (new BlackjackHand(11, true, 2), open)
            : hand >= 18 ? (new BlackjackHand(hand - 18 + 2, true, 3), open)
            : (new BlackjackHand(hand + 4, false, 3), open);
    }

    private static Transition[] Hit(int state)
    {
        var (hand, open) = HandOf(state);
        return [.. Enumerable.Range(1, 10).Select(card =>
        {
            var next = StateOf(hand.With(card), open);
            return next == States - 1 ? new Transition(Chance(card), next, -1, true) : new Transition(Chance(card), next, 0, false);
        })];
    }

    private static Transition[] Stick(int state, bool naturalPaysMore, bool naturalWins)
    {
        var (hand, open) = HandOf(state);
        var chances = new SortedDictionary<double, double>();
        for (var hidden = 1; hidden <= 10; hidden++)
        {
            Play(new BlackjackHand().With(open).With(hidden), Chance(hidden));
        }

        return [.. chances.Select(chance => new Transition(chance.Value, States - 1, chance.Key, true))];

        void Play(BlackjackHand dealer, double chance)
        {
            if (dealer.Sum < 17)
            {
                for (var card = 1; card <= 10; card++)
                {
                    Play(dealer.With(card), chance * Chance(card));
                }

                return;
            }

            var won = dealer.Sum > 21 ? 1 : Math.Sign(hand.Sum - dealer.Sum);
            double reward = naturalWins && hand.IsNatural && !dealer.IsNatural ? 1 : won > 0 && naturalPaysMore && hand.IsNatural ? 1.5 : won;
            chances[reward] = chances.GetValueOrDefault(reward) + chance;
        }
    }
}
