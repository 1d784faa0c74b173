/// <summary>What every lesson uses.</summary>
internal static class Course
{
    /// <summary>Ends the lesson with an error if what it claims does not hold.</summary>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="claim">The claim, as a sentence without its full stop.</param>
    public static void Claim(bool holds, string claim)
    {
        if (!holds)
        {
            Console.Error.WriteLine($"This does not hold: {claim}.");
            Environment.Exit(1);
        }
    }
}
