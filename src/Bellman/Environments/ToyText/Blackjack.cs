using Bellman.Numerics;

namespace Bellman;

/// <summary>
/// Blackjack-v1 (Sutton and Barto, example 5.1): draw cards from an endless deck to come nearer to 21 than the dealer without going beyond. The reward is 1, 0 or −1 at the end of the hand;
/// drawing beyond 21 and sticking terminate. The dealer draws up to 16 and sticks on every 17.
/// </summary>
/// <remarks>Observation: the player's sum, the dealer's open card (1 is an ace), whether the player holds an ace that counts 11. Action: 0 stick, 1 hit. There is no limit of steps.</remarks>
/// <param name="natural">Whether winning with an ace and a ten as the first two cards pays 1.5; ignored under <paramref name="sab"/>.</param>
/// <param name="sab">Whether the book's rules hold: the first two cards being an ace and a ten then beat everything but the same.</param>
public sealed class Blackjack(bool natural = false, bool sab = true) : IEnvironment, IStateful, IFiniteMdp, IStateObservation, IDrawable
{
    // Twenty-two aces are beyond any hand.
    private const int MostCards = 22;

    private RandomStream random = new(0);
    private BlackjackModel? model;
    private readonly List<byte> playerCards = new(MostCards);
    private readonly List<byte> dealerCards = new(MostCards);
    private BlackjackHand player;
    private BlackjackHand dealer;
    private bool revealed;

    /// <inheritdoc/>
    public Space ObservationSpace { get; } = new TupleSpace(new DiscreteSpace(32), new DiscreteSpace(11), new DiscreteSpace(2));

    /// <inheritdoc/>
    public Space ActionSpace { get; } = new DiscreteSpace(2);

    /// <inheritdoc/>
    public int StateCount => BlackjackModel.States;

    /// <inheritdoc/>
    public int ActionCount => 2;

    /// <inheritdoc/>
    public ReadOnlySpan<double> InitialDistribution => Model.InitialDistribution;

    /// <summary>The number of the state in the model: what the player sees, and whether its hand is the first two cards.</summary>
    public int State => BlackjackModel.StateOf(player, OpenCard);

    private int OpenCard => dealerCards.Count > 0 ? dealerCards[0] : 0;

    // The model is made when somebody asks for it: playing does not need it.
    private BlackjackModel Model => model ??= new BlackjackModel(natural && !sab, sab);

    /// <summary>The number of a state in the model.</summary>
    /// <param name="sum">The player's sum, 4 to 21, or 12 to 21 with a usable ace.</param>
    /// <param name="openCard">The dealer's open card, 1 to 10.</param>
    /// <param name="usableAce">Whether an ace of the player's counts 11.</param>
    /// <param name="natural">Whether the hand is an ace and a ten and nothing else.</param>
    /// <exception cref="ArgumentException">There is no such state.</exception>
    public static int StateOf(int sum, int openCard, bool usableAce, bool natural = false) => BlackjackModel.StateOf(sum, openCard, usableAce, natural);

    /// <inheritdoc/>
    public ReadOnlySpan<Transition> Transitions(int state, int action) => Model.Transitions(state, action);

    /// <inheritdoc/>
    public void WriteObservationOf(int state, RowWriter observation)
    {
        var (hand, openCard) = BlackjackModel.HandOf(state);
        Write(observation, hand, openCard);
    }

    /// <inheritdoc/>
    public void Reset(RandomStream random, RowWriter observation)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.random = random;
        revealed = false;
        (player, dealer) = (default, default);
        playerCards.Clear();
        dealerCards.Clear();
        Deal(ref dealer, dealerCards);
        Deal(ref dealer, dealerCards);
        Deal(ref player, playerCards);
        Deal(ref player, playerCards);

        // Gymnasium also draws the open card's suit, and its picture, to show them.
        _ = random.Choice(4);
        if (OpenCard == 10)
        {
            _ = random.Choice(3);
        }

        Observe(observation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The action is neither 0 nor 1.</exception>
    public StepResult Step(RowReader action, RowWriter observation)
    {
        var choice = action.Integers[0];
        if ((uint)choice > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(action), choice, "Actions are 0 (stick) and 1 (hit).");
        }

        if (choice == 1)
        {
            Deal(ref player, playerCards);
            Observe(observation);
            return new StepResult(player.Sum > 21 ? -1 : 0, player.Sum > 21, false);
        }

        revealed = true;
        while (dealer.Sum < 17)
        {
            Deal(ref dealer, dealerCards);
        }

        Observe(observation);
        return new StepResult(Payoff(), true, false);
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(revealed);
        Save(dealerCards);
        Save(playerCards);

        void Save(List<byte> cards)
        {
            writer.Write((byte)cards.Count);
            cards.ForEach(writer.Write);
        }
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        revealed = reader.ReadBoolean();
        dealer = Load(dealerCards);
        player = Load(playerCards);

        BlackjackHand Load(List<byte> cards)
        {
            cards.Clear();
            var hand = default(BlackjackHand);
            for (var count = reader.ReadByte(); cards.Count < count;)
            {
                cards.Add(reader.ReadByte());
                hand = hand.With(cards[^1]);
            }

            return hand;
        }
    }

    /// <inheritdoc/>
    public void Draw(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.SetWindow(0, 0, 8, 6);
        scene.Background = SceneColor.Hex(0x1E6B42);
        Hand(4.4, revealed ? $"dealer {dealer.Sum}" : "dealer", dealerCards, hidden: revealed ? -1 : 1);
        Hand(1.4, $"player {player.Sum}{(player.UsableAce ? " (ace counts 11)" : "")}", playerCards, hidden: -1);

        void Hand(double y, string title, List<byte> cards, int hidden)
        {
            scene.Text(SceneColors.White, 4, y + 1.2, 0.35, title);
            for (var i = 0; i < cards.Count; i++)
            {
                var x = 4 + ((i - (cards.Count / 2.0)) * 0.9);
                scene.Rectangle(i == hidden ? SceneColor.Hex(0xB23A48) : SceneColors.White, x + 0.05, y - 0.8, x + 0.85, y + 0.6);
                if (i != hidden)
                {
                    scene.Text(SceneColors.Black, x + 0.45, y - 0.1, 0.4, cards[i] == 1 ? "A" : $"{cards[i]}");
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private double Payoff()
    {
        if (sab && player.IsNatural && !dealer.IsNatural)
        {
            return 1;
        }

        var difference = Math.Sign((player.Sum > 21 ? 0 : player.Sum) - (dealer.Sum > 21 ? 0 : dealer.Sum));
        return difference > 0 && natural && !sab && player.IsNatural ? 1.5 : difference;
    }

    private void Deal(ref BlackjackHand hand, List<byte> cards)
    {
        cards.Add((byte)Math.Min(random.Choice(13) + 1, 10));
        hand = hand.With(cards[^1]);
    }

    private void Observe(RowWriter observation) => Write(observation, player, OpenCard);

    private static void Write(RowWriter observation, BlackjackHand hand, int openCard)
    {
        observation[0].Integers[0] = hand.Sum;
        observation[1].Integers[0] = openCard;
        observation[2].Integers[0] = hand.UsableAce ? 1 : 0;
    }
}

/// <summary>What counts of a hand: the sum with aces as 1, whether there is an ace, and how many cards.</summary>
internal readonly record struct BlackjackHand(int Low, bool HasAce, int Cards)
{
    public bool UsableAce => HasAce && Low + 10 <= 21;

    public int Sum => UsableAce ? Low + 10 : Low;

    public bool IsNatural => Cards == 2 && HasAce && Low == 11;

    public BlackjackHand With(int card) => new(Low + card, HasAce | card == 1, Cards + 1);
}
